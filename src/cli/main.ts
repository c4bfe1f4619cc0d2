import {SettingError} from '../config/resolve.ts';
import {VERSION} from '../core/version.ts';
import {realHost} from '../sources/real-host.ts';
import {type Arguments, readArguments} from './args.ts';
import {config} from './config.ts';
import {type Context, pathOfSettings, print, settingsFor} from './context.ts';
import {tellCrash} from './crash.ts';
import {EXIT, UserError} from './exit.ts';
import {helpText} from './help.ts';
import {once} from './once.ts';
import {watch} from './watch.ts';

const RUN = {
  screen: async (context: Context) => (await import('./screen.ts')).screen(context),
  watch,
  once,
  config,
} as const satisfies Record<Arguments['command'], (context: Context) => Promise<number>>;

async function main(): Promise<number> {
  const host = realHost();
  try {
    const args = readArguments(process.argv.slice(2));
    if (args.wants === 'version') return await answer(VERSION);
    if (args.wants === 'help') return await answer(helpText(args.command));
    return await RUN[args.command](contextFor(args, host));
  } catch (error) {
    return await tellError(error, host);
  }
}

function contextFor(args: Arguments, host: Context['host']): Context {
  const settingsPath = pathOfSettings(host);
  // To mend settings that cannot be read, the commands that mend them must not need them.
  const isMending = args.command === 'config' && ['path', 'reset'].includes(args.words[0] ?? '');
  const settings = isMending
    ? {values: {} as Context['settings']['values'], origins: {}}
    : settingsFor(args.command, args, host, settingsPath);
  const {stdout, stderr, stdin} = process;
  return {host, args, settings, settingsPath, stdout, stderr, stdin, cwd: process.cwd()};
}

async function answer(text: string): Promise<number> {
  await print(process.stdout, text);
  return EXIT.fine;
}

async function tellError(error: unknown, host: Context['host']): Promise<number> {
  if (error instanceof UserError || error instanceof SettingError) {
    await print(process.stderr, `memtop: ${error.message}`);
    return error instanceof UserError ? error.code : EXIT.input;
  }
  tellCrash(error, host);
  return EXIT.crash;
}

// `memtop once | head`: whoever has read enough has not found a fault.
process.stdout.on('error', (error: NodeJS.ErrnoException) => {
  if (error.code === 'EPIPE') process.exit(EXIT.fine);
});

process.exit(await main());
