/** Commands that are seldom used, each in a file of its name: the program for all others is read sooner without them. */
export const COMMANDS_APART: ReadonlySet<string> = new Set([
  'diff',
  'doctor',
  'export',
  'mark',
  'replay',
  'report',
  'test-alert',
  'top',
]);
