/** What ink stands for on the screen. A theme gives each its colour; no panel names a colour. */
export const ROLES = [
  'text',
  'muted',
  'rule',
  'accent',
  'ok',
  'warn',
  'critical',
  'threshold',
  'ram',
  'job',
  'vram0',
  'vram1',
  'vram2',
  'vram3',
  'vram4',
  'vram5',
  'vram6',
  'vram7',
] as const;
export type Role = (typeof ROLES)[number];

const VRAM_ROLES = ['vram0', 'vram1', 'vram2', 'vram3', 'vram4', 'vram5', 'vram6', 'vram7'] as const;

export function vramRole(index: number): Role {
  return VRAM_ROLES[index % VRAM_ROLES.length] ?? 'vram0';
}
