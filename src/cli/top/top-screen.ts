import type {Context} from '../context.ts';
export async function topScreen(_c: Context, _p: object): Promise<number> {
  return 0;
}
