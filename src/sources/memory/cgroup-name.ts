const ENGINE_NAMES: Readonly<Record<string, string>> = {
  'cri-containerd': 'containerd',
  libpod: 'podman',
  docker: 'docker',
  lxc: 'lxc',
  crio: 'crio',
};
const SHORT_ID = 6;

/** A name for the screen: the last part of the path, with a container's long id cut as in `docker 3f2a9c`. */
export function cgroupName(path: string): string {
  const parts = path.split('/').filter((part) => part !== '' && part !== '..');
  const last = parts.at(-1);
  // Inside a cgroup namespace the container's own level is the root.
  if (last === undefined) return 'container';
  return containerName(last, parts.at(-2)) ?? podName(last) ?? last.replace(/^lxc\.payload\./, 'lxc ');
}

function containerName(last: string, parent: string | undefined): string | undefined {
  const [, engine, id] = /^(?:.*?([a-z][a-z-]*)[-:])?([0-9a-f]{32,})(?:-\d+)?(?:\.scope)?$/.exec(last) ?? [];
  if (id === undefined) return undefined;
  return `${ENGINE_NAMES[engine ?? parent ?? ''] ?? engine ?? 'container'} ${id.slice(0, SHORT_ID)}`;
}

function podName(last: string): string | undefined {
  const id = /(?:^|-)pod([0-9a-f]{8})[-_0-9a-f]*(?:\.slice)?$/.exec(last)?.[1];
  return id === undefined ? undefined : `pod ${id.slice(0, SHORT_ID)}`;
}
