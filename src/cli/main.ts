import type {Command} from '../config/options.ts';
import {SettingError} from '../config/resolve.ts';
import {settingsPath} from '../config/settings-file.ts';
import {VERSION} from '../core/version.ts';
import type {Host} from '../sources/host.ts';
import {realHost} from '../sources/real-host.ts';
import {type Arguments, readArguments} from './args.ts';
import {config} from './config.ts';
import {type Context, type Surroundings, settingsFor} from './context.ts';
import {tellCrash} from './crash.ts';
import {EXIT, UserError} from './exit.ts';
import {helpText} from './help.ts';
import {once} from './once.ts';
import {print, tell} from './print.ts';
import {serve, watch} from './watch.ts';

const RUN = {
  run: async (context: Context) => (await import('./run-job.ts')).runJob(context),
  'test-alert': async (context: Context) => (await import('./test-alert.ts')).testAlert(context),
  diff: async (context: Context) => (await import('./diff.ts')).diffLogs(context),
  export: async (context: Context) => (await import('./export.ts')).exportLog(context),
  report: async (context: Context) => (await import('./report.ts')).report(context),
  replay: async (context: Context) => (await import('./replay/replay.ts')).replay(context),
  top: async (context: Context) => (await import('./top/top.ts')).top(context),
  screen: async (context: Context) => (await import('./screen.ts')).screen(context),
  watch,
  serve,
  once,
} as const satisfies Record<
  Exclude<Command, 'config' | 'doctor' | 'mark'>,
  (context: Context) => Promise<number>
>;

async function main(): Promise<number> {
  const host = realHost();
  const fault = (error: unknown) => {
    tellCrash(error, host);
    process.exit(EXIT.crash);
  };
  // What is thrown where nobody waits for it is a fault of ours too, and none of Node's to tell with a stack.
  process.on('uncaughtException', fault).on('unhandledRejection', fault);
  try {
    const args = readArguments(process.argv.slice(2));
    if (args.wants === 'version') return await answer(VERSION);
    if (args.wants === 'help') return await answer(helpText(args.command));
    return await run(args, host);
  } catch (error) {
    return await tellError(error, host);
  }
}

async function run(args: Arguments, host: Host): Promise<number> {
  const {stdout, stderr, stdin} = process;
  const path = settingsPath(host);
  const around: Surroundings = {host, args, settingsPath: path, stdout, stderr, stdin, cwd: process.cwd()};
  const {command} = args;
  // What mends settings must not need them.
  if (command === 'config') return config(around);
  if (command === 'doctor') return (await import('./doctor.ts')).doctor(around);
  if (command === 'mark') return (await import('./mark.ts')).mark(around);
  return RUN[command]({...around, settings: settingsFor(command, args, host, path)});
}

async function answer(text: string): Promise<number> {
  await print(process.stdout, text);
  return EXIT.fine;
}

async function tellError(error: unknown, host: Host): Promise<number> {
  if (error instanceof UserError || error instanceof SettingError) {
    await tell(process.stderr, `memtop: ${error.message}`);
    return error instanceof UserError ? error.code : EXIT.input;
  }
  tellCrash(error, host);
  return EXIT.crash;
}

// Whoever writes hears of a write that failed; as an event nobody listens to it would be a crash.
for (const stream of [process.stdout, process.stderr]) stream.on('error', () => {});

void main().then((code) => process.exit(code));
