"""Processes with names and arguments that no terminal should see raw; they end with standard input."""
import os, sys, time

ODD = [
    b'\x1b]0;owned\x07\x1b[2Jodd',
    b'\xff\xfe\xc3\x28odd',
    '\u202eodd-\u05d0\u05d1\u0645\u0631'.encode(),
    'o\u200bd\u200dd\u0301\ufeff'.encode(),
    '漢字カナ한글'.encode(),
    '👩‍👩‍👧‍👦🇩🇪odd'.encode(),
    b'odd) S 1 (odd',
    b'odd\nline\ttab\r',
    b'   ',
    b'%s%n{bold}{/}',
    b'\x9b31modd\x90q\x9c',
    b'odd' + b'x' * 4093,
]


def name_it(name):
    with open('/proc/self/comm', 'wb') as comm:
        comm.write(name[:15])


def odd():
    if os.environ.get('ODD') is not None:
        name_it(os.fsencode(os.environ['ODD']))
        time.sleep(600)
    children = []
    for name in ODD:
        pid = os.fork()
        if pid == 0:
            environment = {**os.environ, 'ODD': os.fsdecode(name.replace(b'\0', b''))}
            os.execve(sys.executable, [name[:200], os.fsencode(__file__), name, name * (4096 // len(name))], environment)
        children.append(pid)
    print('ready', *children, flush=True)
    sys.stdin.read()
    for pid in children:
        os.kill(pid, 9)


odd()
