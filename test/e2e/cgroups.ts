import {existsSync, mkdirSync, readFileSync, rmdirSync, writeFileSync} from 'node:fs';

export const MIB = 2 ** 20;

export interface LimitedCgroup {
  readonly folder: string;
  readonly limitFile: string;
}

/** A cgroup with a memory limit of its own, below the one this test runs in; `undefined` where none can be made. */
export function makeCgroup(limitMib: number): LimitedCgroup | undefined {
  if (!existsSync('/proc/self/cgroup')) return undefined;
  const own = readFileSync('/proc/self/cgroup', 'utf8');
  const v1 = /^\d+:memory:(.*)$/m.exec(own)?.[1];
  const v2 = /^0::(.*)$/m.exec(own)?.[1];
  const name = `memtop-test-${process.pid}-${limitMib}`;
  const places = [
    ...(v1 === undefined
      ? []
      : [{folder: `/sys/fs/cgroup/memory${v1}/${name}`, limitFile: 'memory.limit_in_bytes'}]),
    ...(v2 === undefined ? [] : [{folder: `/sys/fs/cgroup${v2}/${name}`, limitFile: 'memory.max'}]),
  ];
  return places.find(({folder, limitFile}) => {
    try {
      mkdirSync(folder);
      writeFileSync(`${folder}/${limitFile}`, String(limitMib * MIB));
      return true;
    } catch {
      if (existsSync(folder)) rmdirSync(folder);
      return false;
    }
  });
}
