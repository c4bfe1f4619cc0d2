import {errorCode} from '../../core/errors.ts';
import {processKey} from '../../core/process-series.ts';
import {denied, failed, type JobMember, ok, type Reading, unsupported} from '../../core/sample.ts';
import {withDeadline} from '../deadline.ts';
import type {Host} from '../host.ts';
import {kibibytesIn} from '../memory/counter.ts';

/** The PSS of each member, by its key. */
export interface PssReading {
  readonly at: number;
  readonly members: ReadonlyMap<string, MemberPss>;
}

interface MemberPss {
  readonly pssBytes: number;
  /** Its resident set at the same moment. */
  readonly rssBytes: number;
  /** Its resident set by the scan before, which may be of another moment or program. */
  readonly scannedRssBytes: number;
}

type Rollup = Pick<MemberPss, 'pssBytes' | 'rssBytes'>;
type Member = Pick<JobMember, 'pid' | 'startKey' | 'rssBytes'>;

// A stuck process never gives up its memory lock, and each read that hangs holds a thread of this program.
const DEADLINE_MS = 1000;

/** Reads the proportional set sizes of all members, one after the other. */
export async function readPss(host: Host, members: readonly Member[]): Promise<Reading<PssReading>> {
  const at = host.now();
  const read = new Map<string, MemberPss>();
  for (const member of members) {
    const pss = await readOne(host, member.pid);
    if (pss === undefined) continue;
    if (pss.status !== 'ok') return pss;
    read.set(processKey(member), {...pss.value, scannedRssBytes: member.rssBytes});
    await host.breathe();
  }
  return read.size === 0 && members.length > 0
    ? failed('no process could be asked')
    : ok({at, members: read});
}

/**
 * PSS is read more rarely than resident sets: what one has grown by since is nearly always the process's own, and so
 * is counted whole. Where the scan tells the same as before it was read, it stands as it was read: the two ways of
 * counting RSS differ a little, and a scan from before says nothing of what came since. Never more than RSS.
 */
export function pssNow({pssBytes, rssBytes, scannedRssBytes}: MemberPss, nowRssBytes: number): number {
  if (nowRssBytes === scannedRssBytes) return pssBytes;
  const grown = pssBytes + nowRssBytes - rssBytes;
  return Math.max(0, Math.min(grown, Math.max(pssBytes, nowRssBytes)));
}

/** `undefined` for one that has ended meanwhile. */
async function readOne(host: Host, pid: number): Promise<Reading<Rollup> | undefined> {
  const path = `/proc/${pid}/smaps_rollup`;
  try {
    const read = await withDeadline(host, DEADLINE_MS, host.read(path));
    if (read.status === 'late') return failed(`process ${pid} is stuck on its memory lock`);
    const [pssBytes, rssBytes] = [kibibytesIn(read.value, 'Pss'), kibibytesIn(read.value, 'Rss')];
    return pssBytes === undefined ? undefined : ok({pssBytes, rssBytes: rssBytes ?? pssBytes});
  } catch (error) {
    return whyNot(host, pid, errorCode(error));
  }
}

function whyNot(host: Host, pid: number, code: string | undefined): Reading<Rollup> | undefined {
  if (code === 'EACCES' || code === 'EPERM') return denied(`PSS of process ${pid} is its owner's to see`);
  if (code !== 'ENOENT') return undefined;
  try {
    host.readNow(`/proc/${pid}/stat`);
  } catch {
    // It has ended.
    return undefined;
  }
  return unsupported('this kernel tells no PSS at once (smaps_rollup, since 4.14)');
}
