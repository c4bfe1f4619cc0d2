import {spawn, spawnSync} from 'node:child_process';
import {chmodSync} from 'node:fs';
import {CLI, NODE, type Outcome, type Workplace} from '../e2e/program.ts';
import {cleanEnvironment} from '../e2e/pty.ts';

/** Whether mounts can be made here that nobody else sees: by root, and not in every container. */
export function hasNamespaces(): boolean {
  const made = spawnSync('unshare', ['-m', 'sh', '-c', 'mount -t proc proc /proc && setpriv --version']);
  return made.status === 0;
}

/** The words of a shell that sets up a mount namespace of its own; `setUp` may end in a command that runs another. */
export function namespaceCommand(setUp: string, args: readonly string[]): readonly string[] {
  const exec = setUp.trimEnd().endsWith('-all') ? setUp : `${setUp}; exec`;
  return ['-m', 'sh', '-c', `${exec} "$@"`, 'sh', NODE, CLI, ...args];
}

/** Runs memtop with mounts of its own. */
export function inNamespace(place: Workplace, setUp: string, args: readonly string[]): Promise<Outcome> {
  chmodSync(place.folder, 0o777);
  const child = spawn('unshare', namespaceCommand(setUp, args), {
    cwd: place.folder,
    env: {...cleanEnvironment(), ...place.env},
  });
  let [stdout, stderr] = ['', ''];
  child.stdout.on('data', (data) => {
    stdout += data;
  });
  child.stderr.on('data', (data) => {
    stderr += data;
  });
  return new Promise((resolve) => child.on('close', (code) => resolve({code, stdout, stderr})));
}
