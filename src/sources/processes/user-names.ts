import type {Host} from '../host.ts';

const LOOKUP_DEADLINE_MS = 2000;

/**
 * Names users by their ids, without waiting: one who is not in `/etc/passwd` goes by number until the system's
 * directory (LDAP, SSSD) was asked for the name, which `onName` then tells. Each is asked for once, one at a time.
 */
export function userNames(host: Host, onName: (id: number, name: string) => void): (id: number) => string {
  let names: Map<number, string> | undefined;
  const waiting: number[] = [];
  let isAsking = false;
  return (id) => {
    names ??= readPasswd(host);
    const known = names.get(id);
    if (known !== undefined) return known;
    names.set(id, String(id));
    waiting.push(id);
    void askAll(names);
    return String(id);
  };

  async function askAll(known: Map<number, string>): Promise<void> {
    if (isAsking) return;
    isAsking = true;
    for (let id = waiting.shift(); id !== undefined; id = waiting.shift()) {
      const name = await ask(host, id);
      if (name === undefined) continue;
      known.set(id, name);
      onName(id, name);
    }
    isAsking = false;
  }
}

async function ask(host: Host, id: number): Promise<string | undefined> {
  const answer = await host.run('getent', ['passwd', String(id)], {timeoutMs: LOOKUP_DEADLINE_MS});
  if (answer.status !== 'exited') return undefined;
  const [name, , answered] = (answer.stdout.split('\n')[0] ?? '').split(':');
  return name && answered === String(id) ? name : undefined;
}

function readPasswd(host: Host): Map<number, string> {
  const names = new Map<number, string>();
  try {
    for (const line of host.readNow('/etc/passwd').split('\n')) {
      const [name, , id] = line.split(':');
      if (name && id && /^\d+$/.test(id) && !names.has(Number(id))) names.set(Number(id), name);
    }
  } catch {
    // A bare container may have no passwd: numbers serve as names.
  }
  return names;
}
