import {denied, failed, type Missing, unsupported} from '../core/sample.ts';

/** The system's code of an error, such as `ENOENT`. */
export function errorCode(error: unknown): string | undefined {
  if (!(error instanceof Error) || !('code' in error)) return undefined;
  return typeof error.code === 'string' ? error.code : undefined;
}

/** Why a file or folder gave nothing: `/proc/meminfo: permission denied`. */
export function missingFile(path: string, error: unknown): Missing {
  const code = errorCode(error);
  if (code === 'EACCES' || code === 'EPERM') return denied(`${path}: permission denied`);
  if (code === 'ENOENT') return unsupported(`${path} is not there`);
  return failed(`${path}: ${code ?? errorMessage(error)}`);
}

export function errorMessage(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
