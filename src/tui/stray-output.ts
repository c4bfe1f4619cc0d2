/** What was meant for the terminal while the screen had it. */
export interface StrayOutput {
  readonly lines: readonly string[];
  release(): void;
}

const MAX_LINES = 200;
const METHODS = ['log', 'info', 'warn', 'error', 'debug'] as const;

/** Keeps console output and the runtime's warnings from being painted over the screen. */
export function withholdStrayOutput(): StrayOutput {
  const lines: string[] = [];
  const keep = (...parts: readonly unknown[]) => {
    lines.push(parts.map(String).join(' '));
    if (lines.length > MAX_LINES) lines.shift();
  };
  // biome-ignore lint/suspicious/noConsole: this is where the console is kept from the screen
  const former = METHODS.map((method) => [method, console[method]] as const);
  for (const method of METHODS) console[method] = keep;
  const warnings = process.listeners('warning');
  process.removeAllListeners('warning');
  const onWarning = (warning: Error) => keep(`${warning.name}: ${warning.message}`);
  process.on('warning', onWarning);
  return {
    lines,
    release() {
      for (const [method, original] of former) console[method] = original;
      process.removeListener('warning', onWarning);
      for (const listener of warnings) process.on('warning', listener);
    },
  };
}

/** Runs a step of giving back the terminal; a terminal that is gone cannot be given back, and that is all right. */
export function quietly(step: () => void): void {
  try {
    step();
  } catch {
    // Whatever fails here, the next step must still be tried.
  }
}
