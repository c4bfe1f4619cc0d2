import {writeFileSync} from 'node:fs';
import type {Workplace} from './program.ts';

/** Programs that a job can be, each written into the place of a test; Python, for it is what users run. */
const PROGRAMS = {
  /** Allocates so many MiB, a piece every 50 ms, says what it holds, and waits. */
  'allocate.py': `
import sys, time
wanted, piece = int(sys.argv[1]), int(sys.argv[2])
held = []
for _ in range(wanted // piece):
    held.append(bytearray(b'x' * (piece << 20)))
    time.sleep(0.05)
def pss():
    for line in open('/proc/self/smaps_rollup'):
        if line.startswith('Pss:'): return int(line.split()[1])
print('plateau', flush=True)
while True:
    open('plateau.tmp', 'w').write(f'{time.time()} {pss()}')
    import os; os.replace('plateau.tmp', 'plateau.txt')
    time.sleep(0.05)
`,
  /** Forks workers that share a block of memory with it and hold a little of their own. */
  'workers.py': `
import os, sys, time
count = int(sys.argv[1])
shared = bytearray(os.urandom(1 << 20) * 200)
for _ in range(count):
    if os.fork() == 0:
        own = bytearray(os.urandom(1 << 20) * 5)
        time.sleep(60)
        os._exit(0)
print('forked', flush=True)
time.sleep(60)
`,
  /** Starts a child that leaves its session and its parents, as daemons do. */
  'daemonise.py': `
import os, sys, time
if os.fork() == 0:
    os.setsid()
    if os.fork() == 0:
        held = bytearray(os.urandom(1 << 20) * 40)
        open('daemon.pid', 'w').write(str(os.getpid()))
        time.sleep(60)
    os._exit(0)
print('started', flush=True)
time.sleep(float(sys.argv[1]))
`,
  'stubborn.py': `
import signal, time
for name in (signal.SIGTERM, signal.SIGINT, signal.SIGHUP):
    signal.signal(name, lambda number, _: print('heard', number, flush=True))
print('ready', flush=True)
while True: time.sleep(0.1)
`,
  'signals.py': `
import signal, sys, time
def heard(number, _):
    print('heard', signal.Signals(number).name, flush=True)
    sys.exit(40 + number)
for name in (signal.SIGTERM, signal.SIGINT, signal.SIGHUP, signal.SIGQUIT, signal.SIGUSR1):
    signal.signal(name, heard)
print('ready', flush=True)
while True: time.sleep(0.1)
`,
  /** Writes so many MiB at about 50 MB a second, each line with its number. */
  'flood.py': `
import sys, time
wanted = int(sys.argv[1]) << 20
began, written, number = time.time(), 0, 0
while written < wanted:
    lines = ''.join(f'line {number + k} ' + 'x' * 80 + '\\n' for k in range(1000))
    number += 1000
    sys.stdout.write(lines)
    written += len(lines)
    ahead = written / 50e6 - (time.time() - began)
    if ahead > 0: time.sleep(ahead)
sys.stdout.flush()
open('flood.txt', 'w').write(f'{number} {written} {time.time() - began}')
`,
} as const;

export type JobProgram = keyof typeof PROGRAMS;

/** Writes a program into the place, and gives the command that runs it. */
export function jobProgram(place: Workplace, name: JobProgram, ...args: readonly (string | number)[]) {
  writeFileSync(place.file(name), PROGRAMS[name]);
  return ['python3', name, ...args.map(String)];
}
