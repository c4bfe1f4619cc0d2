import fc from 'fast-check';
import {describe, expect, test} from 'vitest';
import {programName} from '../../src/core/program.ts';
import {safeText} from '../../src/core/text.ts';

const named = (line: readonly string[], name = 'comm') => programName({name, args: line});

describe('a process is named', () => {
  test.each([
    [['/usr/bin/python3.11', '/opt/gw/gateway.py', '--port', '8000'], 'python gateway', '--port 8000'],
    [['python', '-u', '-W', 'ignore', '-X', 'dev', 'train.py', '--lr', '1'], 'python train', '--lr 1'],
    [['python3', '-m', 'http.server', '8000'], 'python http.server', '8000'],
    [['python', '-c', 'import time; time.sleep(9)'], 'python -c', 'import time; time.sleep(9)'],
    [['python'], 'python', ''],
    [['python', '-i'], 'python', '-i'],
    [
      ['node', '--max-old-space-size=4096', '-r', 'ts-node/register', 'dist/server.mjs', '-p', '1'],
      'node server',
      '-p 1',
    ],
    [['/usr/bin/node', '-e', 'setInterval(() => {}, 1)'], 'node -e', 'setInterval(() => {}, 1)'],
    [['java', '-Xmx4g', '-jar', '/opt/app/app.jar', '--server'], 'java app', '--server'],
    [['java', '-cp', 'lib/*', 'org.example.Main', 'x'], 'java org.example.Main', 'x'],
    [['bash', './run.sh', '1'], 'bash run', '1'],
    [['bash', '-c', 'sleep 1; sleep 2'], 'bash -c', 'sleep 1; sleep 2'],
    [['C:\\Python312\\python.exe', 'C:\\jobs\\train.py', '--fast'], 'python train', '--fast'],
    [['/usr/bin/llama-server', '-m', '/models/x.gguf'], 'llama-server', '-m /models/x.gguf'],
    [['pythonista', 'x.py'], 'pythonista', 'x.py'],
    [['-bash'], '-bash', ''],
  ])('%j: %j', (line, title, rest) => {
    expect(named(line)).toEqual({title, rest});
  });

  test.each([
    [['postgres: 16/main: checkpointer '], 'postgres', '16/main: checkpointer'],
    [['nginx: worker process'], 'nginx', 'worker process'],
    [['sshd: mira@pts/0'], 'sshd', 'mira@pts/0'],
    [['sshd: /usr/sbin/sshd -D [listener]'], 'sshd', '/usr/sbin/sshd -D [listener]'],
    [['(sd-pam)'], '(sd-pam)', ''],
  ])('by the title %j that it set itself', (line, title, rest) => {
    expect(named(line)).toEqual({title, rest});
  });

  test.each([
    [['/opt/My App/bin/tool', 'a'], 'tool', 'a'],
    [['/opt/My App/tool'], 'tool', ''],
    [['C:\\Program Files\\Ollama\\ollama.exe'], 'ollama.exe', ''],
  ])('by the last part of a path with spaces in it: %j', (line, title, rest) => {
    expect(named(line)).toEqual({title, rest});
  });

  test('by its short name where it has no arguments, as threads of the kernel', () => {
    expect(programName({name: 'kworker/0:1-events'})).toEqual({title: 'kworker/0:1-events', rest: ''});
    expect(programName({name: 'zombie', args: []}).title).toBe('zombie');
    expect(programName({name: 'zombie', args: ['', 'x']}).title).toBe('zombie');
    expect(programName({name: 'tmux: server'}).title).toBe('tmux: server');
  });

  test.each([[['   ']], [['\u001b[31m']], [['/']], [['/usr/bin/']], [['\u200b\n']]])(
    'by its short name where %j says nothing',
    (line) => {
      expect(named(line, 'short')).toMatchObject({title: 'short'});
      expect(named(line, '\u001b[2J')).toMatchObject({title: '?'});
    },
  );
});

test('whatever a process calls itself, it has a safe name that is not empty', () => {
  const word = fc.oneof(
    fc.string({unit: 'binary'}),
    fc.constantFrom(
      'python',
      'node',
      '-m',
      '-c',
      '-W',
      '--',
      ' ',
      '\u001b]0;x\u0007',
      'a b',
      '/x y/z',
      '{bold}',
      '\n',
    ),
  );
  fc.assert(
    fc.property(word, fc.option(fc.array(word, {maxLength: 5}), {nil: undefined}), (name, args) => {
      const {title, rest} = programName({name, ...(args !== undefined && {args})});
      expect(title.trim()).not.toBe('');
      expect([title, rest]).toEqual([safeText(title), safeText(rest)]);
    }),
    {numRuns: 500},
  );
});
