import {appendFileSync, existsSync, rmSync} from 'node:fs';
import {resolveSettings} from '../config/resolve.ts';
import {fileProblem} from '../sinks/file-problem.ts';
import {isAlive} from '../sources/real-job.ts';
import type {Surroundings} from './context.ts';
import {EXIT, UserError} from './exit.ts';
import {MARK_VARIABLE, markedPids, markFile, markFolder} from './mark-place.ts';
import {print} from './print.ts';

/** `memtop mark NOTE`: puts a mark into the monitor that runs; inside a job into the one that follows it. */
export async function mark({args, host, stdout}: Surroundings): Promise<number> {
  const {pid} = resolveSettings('mark', [args.layer]).values;
  const note = [...args.words, ...args.job].join(' ').replace(/\s+/g, ' ').trim();
  if (note === '') throw new UserError('memtop mark: expected a note, as memtop mark "epoch 3", got nothing');
  const files = filesOf(host.env, pid);
  if (files.length === 0)
    throw new UserError(`no ${pid === undefined ? '' : 'such '}monitor is running`, EXIT.none);
  for (const file of files) put(file, note);
  await print(stdout, files.length === 1 ? `marked: ${note}` : `marked in ${files.length} monitors: ${note}`);
  return EXIT.fine;
}

/** That of the monitor around us, those that were asked for, or all that run. */
function filesOf(
  env: Readonly<Record<string, string | undefined>>,
  pids: readonly number[] | undefined,
): readonly string[] {
  const own = env[MARK_VARIABLE];
  if (pids === undefined && own !== undefined && existsSync(own)) return [own];
  const folder = markFolder(env);
  if (folder === undefined) return [];
  return markedPids(folder)
    .filter((pid) => pids === undefined || pids.includes(pid))
    .flatMap((pid) => (isAlive(pid) ? [markFile(folder, pid)] : removed(markFile(folder, pid))));
}

/** One that was killed has left its file behind. */
function removed(file: string): readonly string[] {
  rmSync(file, {force: true});
  return [];
}

function put(file: string, note: string): void {
  try {
    appendFileSync(file, `${note}\n`);
  } catch (error) {
    throw new UserError(`the mark cannot be written to ${file}: ${fileProblem(error)}`);
  }
}
