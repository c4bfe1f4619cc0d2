"""Runs a program on a pseudo-terminal that is read as slowly as it is told: commands on stdin, what was read on stdout."""
import errno, fcntl, json, os, pty, select, struct, sys, termios, time

cols, rows, command = int(sys.argv[1]), int(sys.argv[2]), sys.argv[3:]


def resize(fd, cols, rows):
    fcntl.ioctl(fd, termios.TIOCSWINSZ, struct.pack('HHHH', rows, cols, 0, 0))


pid, master = pty.fork()
if pid == 0:
    resize(0, cols, rows)
    os.execvp(command[0], command)

# Bytes a second; below 0 as fast as they come.
rate, allowed, before, pending = -1.0, 0.0, time.monotonic(), b''


def is_cooked():
    flags = termios.tcgetattr(master)[3]
    return bool(flags & termios.ICANON) and bool(flags & termios.ECHO)


def obey(line):
    global rate, allowed, master
    name, *words = json.loads(line)
    if name == 'rate':
        rate, allowed = float(words[0]), 0.0
    elif name == 'keys':
        os.write(master, words[0].encode())
    elif name == 'size':
        resize(master, *words)
    elif name == 'hang up' and master is not None:
        os.close(master)
        master = None


def take(most):
    try:
        data = os.read(master, most)
    except OSError as error:
        if error.errno != errno.EIO:
            raise
        return b''
    sys.stdout.buffer.write(data)
    sys.stdout.buffer.flush()
    return data


while True:
    now = time.monotonic()
    allowed = min(allowed + rate * (now - before), max(rate / 10, 1)) if rate >= 0 else 65536
    before = now
    wanted = [0] + ([master] if master is not None and allowed >= 1 else [])
    ready = select.select(wanted, [], [], 0.02)[0]
    if 0 in ready:
        data = os.read(0, 65536)
        if not data:
            os.kill(pid, 9)
        *lines, pending = (pending + data).split(b'\n')
        for line in lines:
            obey(line)
    if master in ready and master is not None and allowed >= 1:
        allowed -= len(take(int(allowed)))
    done, status = os.waitpid(pid, os.WNOHANG)
    if done:
        cooked = master is not None and is_cooked()
        while master is not None and select.select([master], [], [], 0)[0] and take(65536):
            pass
        print(json.dumps({'code': os.waitstatus_to_exitcode(status), 'cooked': cooked}), file=sys.stderr, flush=True)
        break
