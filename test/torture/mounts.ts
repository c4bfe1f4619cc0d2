import {spawnSync} from 'node:child_process';
import {mkdirSync} from 'node:fs';

const isDone = (command: string, ...args: readonly string[]) => spawnSync(command, args).status === 0;

/** Whether a file system in memory can be mounted here: root, with the right to. */
export const CAN_MOUNT = process.platform === 'linux' && canMount();

/** A small disk of its own, gone with the test. */
export interface SmallDisk {
  readonly folder: string;
  remount(options: string): void;
  /** The disk goes, as one that is pulled out; open files live on. */
  unmount(): void;
  mount(): void;
  [Symbol.dispose](): void;
}

export function smallDisk(folder: string, size: string): SmallDisk {
  mkdirSync(folder, {recursive: true});
  const demand = (...command: [string, ...string[]]) => {
    if (!isDone(...command)) throw new Error(`${command.join(' ')} failed`);
  };
  const mount = () => demand('mount', '-t', 'tmpfs', '-o', `size=${size}`, 'memtop-torture', folder);
  mount();
  return {
    folder,
    remount: (options) => demand('mount', '-o', `remount,${options}`, folder),
    unmount: () => demand('umount', '-l', folder),
    mount,
    [Symbol.dispose]: () => void isDone('umount', '-l', folder),
  };
}

function canMount(): boolean {
  const folder = `/tmp/memtop-mount-${process.pid}`;
  mkdirSync(folder, {recursive: true});
  const mounted = isDone('mount', '-t', 'tmpfs', '-o', 'size=64k', 'memtop-torture', folder);
  if (mounted) isDone('umount', folder);
  isDone('rmdir', folder);
  return mounted;
}
