import type {Host} from '../sources/host.ts';
import type {DoctorFacts} from './doctor-facts.ts';

/** Parts of cgroup paths that name no person and no job. */
const PLAIN_PARTS =
  /^(|user\.slice|system\.slice|machine\.slice|init\.scope|session\.slice|app\.slice|kubepods(\.slice)?|slurm|docker|cgroup)$/;
const LEAST_NAME = 3;

/**
 * Takes names out of a captured text. Serial numbers always go; names of processes, users, the host and cgroups only
 * where they are not to be kept.
 */
export function redactor(
  host: Host,
  facts: DoctorFacts,
  {keepNames, groups}: {readonly keepNames: boolean; readonly groups: string},
): (text: string) => string {
  const serials = (text: string) => text.replace(/<(\w*serial\w*)>[^<]*</g, '<$1>left out<');
  if (keepNames) return serials;
  const names = namesOf(host, facts, groups);
  return (text) => {
    const plain = serials(text)
      .replace(/<process_name>[^<]*</g, '<process_name>left out<')
      .replace(/^(drm-client-name:).*$/gm, '$1 left out');
    return names.reduce((rest, [name, cover]) => rest.replaceAll(name, cover), plain);
  };
}

/** What stands for a person, a job or the machine, the longest first, each with what takes its place. */
function namesOf(
  {env, hostName}: Host,
  {limits, settings}: DoctorFacts,
  cgroups: string,
): readonly (readonly [string, string])[] {
  const own = cgroups.split('\n').flatMap((line) => line.replace(/^\d+:[^:]*:/, '').split('/'));
  const told = limits.flatMap(({from, name}) => [...from.replace(/^cgroup v\d /, '').split('/'), name]);
  const groups = [...own, ...told];
  const people = [env.USER, env.LOGNAME, env.USERNAME, env.SUDO_USER].filter((name) => name !== 'root');
  const given = [
    ...[...new Set(groups)].filter(isName).map((name, index) => [name, `group${index + 1}`] as const),
    ...people.map((name) => [name, 'user'] as const),
    [hostName, 'host'] as const,
    [hostName.split('.')[0], 'host'] as const,
    [env.HOME, '~'] as const,
    [settings.path.replace(/[/\\][^/\\]*[/\\][^/\\]*$/, ''), '~'] as const,
  ];
  return given
    .flatMap(([name, cover]) =>
      name !== undefined && name.length >= LEAST_NAME ? [[name, cover] as const] : [],
    )
    .sort(([a], [b]) => b.length - a.length);
}

function isName(part: string): boolean {
  return !PLAIN_PARTS.test(part) && part !== 'host' && part !== 'the machine';
}
