/** Where a process's memory cgroup stands in the file system. */
export interface CgroupPlace {
  readonly version: 1 | 2;
  /** The folder under which the hierarchy, or a container's part of it, is mounted. */
  readonly mountPoint: string;
  /** Which cgroup `mountPoint` shows, as a path inside the hierarchy; `/` for its root. */
  readonly mountRoot: string;
  /** From the mount root down to the process's cgroup: `['system.slice', 'sshd.service']`. */
  readonly below: readonly string[];
}

/** Finds it from the texts of `/proc/self/cgroup` and `/proc/self/mountinfo`. */
export function findMemoryCgroup(cgroupText: string, mountinfoText: string): CgroupPlace | undefined {
  const own = ownCgroup(cgroupText);
  if (!own) return undefined;
  let best: CgroupPlace | undefined;
  for (const line of mountinfoText.split('\n')) {
    const mount = parseMount(line);
    if (!mount || mount.version !== own.version) continue;
    const below = pathBelow(own.path, mount.root);
    if (!below) continue;
    const place = {version: own.version, mountPoint: mount.point, mountRoot: mount.root, below};
    // The mount that shows the most levels tells the most limits; of equals the later one covers the earlier.
    if (!best || below.length >= best.below.length) best = place;
  }
  return best;
}

// A host may have both hierarchies mounted; the memory controller is in version 1's if it is listed there.
function ownCgroup(text: string): {version: 1 | 2; path: string} | undefined {
  let unified: string | undefined;
  for (const line of text.split('\n')) {
    const [, id, controllers, path] = /^(\d+):([^:]*):(\/.*)$/.exec(line) ?? [];
    if (path === undefined) continue;
    if (controllers?.split(',').includes('memory')) return {version: 1, path};
    if (id === '0' && controllers === '') unified = path;
  }
  return unified === undefined ? undefined : {version: 2, path: unified};
}

interface Mount {
  readonly version: 1 | 2;
  readonly root: string;
  readonly point: string;
}

// Fields: id, parent, device, root, mount point, options, any number of tags, "-", type, source, super options.
function parseMount(line: string): Mount | undefined {
  const separator = line.indexOf(' - cgroup');
  if (separator < 0) return undefined;
  const [, , , root, point] = line.slice(0, separator).split(' ');
  const [type, , superOptions] = line.slice(separator + 3).split(' ');
  if (!root?.startsWith('/') || !point?.startsWith('/')) return undefined;
  const version =
    type === 'cgroup2' ? 2 : type === 'cgroup' && superOptions?.split(',').includes('memory') ? 1 : 0;
  return version === 0 ? undefined : {version, root: unescapeMount(root), point: unescapeMount(point)};
}

function unescapeMount(path: string): string {
  return path.replace(/\\([0-7]{3})/g, (_, digits: string) =>
    String.fromCharCode(Number.parseInt(digits, 8)),
  );
}

// A cgroup outside the mount's part (a path that climbs with "..") has none of its levels there.
function pathBelow(path: string, root: string): string[] | undefined {
  const base = root === '/' ? '' : root;
  if (path !== root && !path.startsWith(`${base}/`)) return undefined;
  const below = path
    .slice(base.length)
    .split('/')
    .filter((part) => part !== '');
  return below.includes('..') ? undefined : below;
}
