import fc from 'fast-check';
import {describe, expect, test} from 'vitest';
import {hiddenProgramName, programName} from '../../src/core/program.ts';
import {HIDDEN} from '../../src/core/secret-shapes.ts';
import {hideSecrets, hideSecretsInText} from '../../src/core/secrets.ts';

const words = (line: string) => line.split(' ');

describe('hidden as words, and in one piece', () => {
  test.each([
    ['train.py --password hunter2 --lr 1', 'train.py --password [hidden] --lr 1'],
    ['train.py --password=hunter2 x', 'train.py --password=[hidden] x'],
    ['a --hf-token abc --max-tokens 512', 'a --hf-token [hidden] --max-tokens 512'],
    ['a --hf_token=abc', 'a --hf_token=[hidden]'],
    ['a -token abc', 'a -token [hidden]'],
    ['a --apiKey abc', 'a --apiKey [hidden]'],
    ['a --api-key=abc --access-key abc', 'a --api-key=[hidden] --access-key [hidden]'],
    ['a --client-secret=s1 --secret 2', 'a --client-secret=[hidden] --secret [hidden]'],
    [
      'env HF_TOKEN=a WANDB_API_KEY=b AWS_SECRET_ACCESS_KEY=/c+d= python x.py',
      'env HF_TOKEN=[hidden] WANDB_API_KEY=[hidden] AWS_SECRET_ACCESS_KEY=[hidden] python x.py',
    ],
    ['a PGPASSWORD=x MYSQL_PWD=y DB_PASS=z', 'a PGPASSWORD=[hidden] MYSQL_PWD=[hidden] DB_PASS=[hidden]'],
    ['a db.password=x +trainer.api_key=y', 'a db.password=[hidden] +trainer.api_key=[hidden]'],
    [
      'docker run -e HF_TOKEN=x --env=HF_TOKEN=y i',
      'docker run -e HF_TOKEN=[hidden] --env=HF_TOKEN=[hidden] i',
    ],
    ['java -Ddb.password=x -jar a.jar', 'java -Ddb.password=[hidden] -jar a.jar'],
    ['git clone https://bob:p@ss@host/x', 'git clone https://bob:[hidden]@host/x'],
    ['a postgres://u:p/w@h:5/d', 'a postgres://u:p/w@h:5/d'],
    ['a https://0123456789abcdef0123@sentry.io/1', 'a https://[hidden]@sentry.io/1'],
    ['a https://x/y?n=1&access_token=abc', 'a https://x/y?n=1&access_token=[hidden]'],
    ['a https://x/y?sig=a%2Fb&n=1', 'a https://x/y?sig=[hidden]&n=1'],
    ['a ghp_0123456789abcdefABCD', 'a [hidden]'],
    ['a github_pat_11ABCDEFG0123456789_abc', 'a [hidden]'],
    ['a hf_AbCdEfGhIjKlMnOpQrStUvWxYz', 'a [hidden]'],
    ['a sk-proj-AbCdEfGhIjKl0123456789mn', 'a [hidden]'],
    ['a xoxb-123456789012-abcdef', 'a [hidden]'],
    ['a AKIAIOSFODNN7EXAMPLE', 'a [hidden]'],
    ['a eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIxIn0.abc-_d', 'a [hidden]'],
    ['curl -u bob:pw https://h', 'curl -u bob:[hidden] https://h'],
    ['mysql -uroot -phunter2 db', 'mysql -uroot -p[hidden] db'],
    ['timeout 5 /usr/bin/sshpass -p hunter2 ssh h', 'timeout 5 /usr/bin/sshpass -p [hidden] ssh h'],
    ['redis-cli -a hunter2 ping', 'redis-cli -a [hidden] ping'],
    ['docker login -u bob -p hunter2 r.io', 'docker login -u bob -p [hidden] r.io'],
    ['wandb login 0123456789012345678901234567890123456789', 'wandb login [hidden]'],
    ['a --key 0a1b2c3d4e5f6g7h8i9j0k', 'a --key [hidden]'],
    ['a --credentials abc --basic-auth bob:pw', 'a --credentials [hidden] --basic-auth [hidden]'],
    ['a Bearer abcdefgh12', 'a Bearer [hidden]'],
    ['a --bearer=x --jwt y --api-keys z', 'a --bearer=[hidden] --jwt [hidden] --api-keys [hidden]'],
    ['a --pwd hunter2', 'a --pwd [hidden]'],
    ['plink -pw hunter2 h', 'plink -pw [hidden] h'],
    ['C:\\bin\\curl.exe -u bob:pw https://h', 'C:\\bin\\curl.exe -u bob:[hidden] https://h'],
    ["sh -c 'mysql -uroot -phunter2 x'", "sh -c 'mysql -uroot -p[hidden] x'"],
    ['true;mysql -phunter2', 'true;mysql -p[hidden]'],
    [
      String.raw`ssh h "curl -d '{\"password\":\"hunter2\"}' x"`,
      String.raw`ssh h "curl -d '{\"password\":[hidden] x"`,
    ],
  ])('%s', (line, wanted) => {
    expect(hideSecrets(words(line)).join(' ')).toBe(wanted);
    expect(hideSecretsInText(line)).toBe(wanted);
  });
});

describe('hidden as words', () => {
  test.each<[readonly string[], readonly string[]]>([
    [
      ['a', '--password=b c;d&e'],
      ['a', '--password=[hidden]'],
    ],
    [
      ['a', '--password', 'b c'],
      ['a', '--password', '[hidden]'],
    ],
    [
      ['bash', '-c', 'export HF_TOKEN="a b"; python x --token c --lr 1'],
      ['bash', '-c', 'export HF_TOKEN="[hidden]"; python x --token [hidden] --lr 1'],
    ],
    [
      ['bash', '-c', 'mysql -phunter2 x'],
      ['bash', '-c', 'mysql -p[hidden] x'],
    ],
    [
      ['curl', '-H', 'Authorization: Bearer abc', '-H', 'X-Api-Key: d'],
      ['curl', '-H', 'Authorization: Bearer [hidden]', '-H', 'X-Api-Key: [hidden]'],
    ],
    [
      ['curl', '-H', 'Cookie: a=b; c=d'],
      ['curl', '-H', 'Cookie: [hidden]'],
    ],
    [
      ['a', '{"password": "b c", "n": 1}'],
      ['a', '{"password": "[hidden]", "n": 1}'],
    ],
    [
      ['a', 'Server=x;Password=y'],
      ['a', 'Server=x;Password=[hidden]'],
    ],
    [
      ['openssl', '-passin', 'pass:x'],
      ['openssl', '-passin', 'pass:[hidden]'],
    ],
    [
      ['a', '--token', '--verbose'],
      ['a', '--token', '--verbose'],
    ],
    [['postgres: --password=x y'], ['postgres: --password=[hidden] y']],
    [
      ['sh', '-c', `a --password "'b c'" --token ''d`],
      ['sh', '-c', `a --password "[hidden]" --token [hidden]`],
    ],
  ])('%j', (args, wanted) => {
    expect(hideSecrets(args)).toEqual(wanted);
  });
});

describe('left as it is', () => {
  test.each([
    'train.py --tokenizer gpt2 --max-tokens 512 --num-tokens=4096',
    'a --key-frames 10 --keypath /a/b --sort-key name --key size --primary_key=id',
    'a --token-type bpe --tokens 4 --tokenizer_name=meta-llama/Llama-3-8B',
    'a --pad-token <pad> --eos_token=</s> --placeholder_token <cat> --new-token x',
    'a tokenizer.pad_token=<pad> model.tokenizer=gpt2',
    'a --password-file /run/pw --token-file /run/token --password-stdin',
    'a --use_auth_token True --use-auth-token --no-password',
    'a --private-key /etc/a.pem --ssh-key id_rsa --prometheus-key /etc/memtop/tls.key',
    'a GOOGLE_APPLICATION_CREDENTIALS=/a/b.json PWD=/home/bob OLDPWD=/x',
    'ffmpeg -pass 1 -i a.mp4',
    'docker run -p 80:80 -u 1000:1000 x',
    'ssh -p 22 git@host:x',
    'git clone https://git@github.com/a/b ssh://git@host/x',
    'a http://[::1]:8080/a@b',
    'a sk-learn-random-forest-classifier hf_model_name hf_transformersbenchmarking',
    'a disk-encryption-0123456789abcdef0123 task-0123456789abcdef01234567',
    'python -m pytest -k secret tests/test_token.py',
    'a --secrets secrets.yaml --monkey see --turkey=x --passes 3 --bypass yes',
    'a --author bob --authors a:b',
  ])('%s', (line) => {
    const args = words(line);
    expect(hideSecrets(args)).toBe(args);
    expect(hideSecretsInText(line)).toBe(line);
  });
});

const NAMES = [
  '--password',
  '--hf-token',
  '--api_key',
  '--db.secret',
  '--clientSecret',
  '--AWS_SECRET_ACCESS_KEY',
];
const secret = fc
  .stringMatching(/^[A-Za-z0-9!#$%&*+,./:;=?@^_~"'-]{8,40}$/)
  .filter((text) => !text.startsWith('-') && /[A-Z]/.test(text) && /\d/.test(text));

test('whatever the secret is, nothing of it is left, as a word of its own or behind =, and the rest stays', () => {
  const innocent = fc.constantFrom('python', 'train.py', '--lr', '0.1', '--max-tokens', '512', '-v');
  fc.assert(
    fc.property(
      fc.array(innocent),
      fc.constantFrom(...NAMES),
      secret,
      fc.boolean(),
      fc.array(innocent),
      (before, name, value, isJoined, after) => {
        const flag = isJoined ? [`${name}=${value}`] : [name, value];
        const wanted = isJoined ? [`${name}=${HIDDEN}`] : [name, HIDDEN];
        expect(hideSecrets([...before, ...flag, ...after])).toEqual([...before, ...wanted, ...after]);
        const line = hideSecretsInText([...before, ...flag].join(' '));
        // Quotes in a text part words, and nobody can tell those that belong to a secret.
        if (!/["']/.test(value)) expect(line).toBe([...before, ...wanted].join(' '));
      },
    ),
    {numRuns: 1000},
  );
});

test('hidden twice is hidden once, each word stays a word, and no text is too much for it', () => {
  const hostile = fc.oneof(
    fc.string({unit: 'binary', maxLength: 200}),
    fc.constantFrom(
      '--token',
      'Bearer',
      '-p',
      'mysql',
      '"password":',
      "'",
      '"',
      'login',
      'a=b=c',
      '://',
      'x:y@z',
    ),
    fc.string({maxLength: 50}).map((text) => `--token=${text}`),
  );
  fc.assert(
    fc.property(fc.array(hostile), (args) => {
      const hidden = hideSecrets(args);
      expect(hidden).toHaveLength(args.length);
      expect(hideSecrets([...hidden])).toEqual(hidden);
      const text = hideSecretsInText(args.join(' '));
      expect(hideSecretsInText(text)).toBe(text);
    }),
    {numRuns: 1000},
  );
});

test('half a megabyte of one sign, or of what nearly is a secret, takes no longer than reading it', () => {
  const PIECES = [
    'a',
    ' ',
    '=',
    ':',
    '"',
    'eyJ',
    '-eyJa',
    '://',
    'a:b@',
    'sk-',
    '--token ',
    'password=',
    'bearer ',
    "'",
  ];
  const began = performance.now();
  for (const piece of PIECES) hideSecretsInText(`token ${piece.repeat(500_000 / piece.length)}`);
  // What looks back and forth takes minutes.
  expect(performance.now() - began).toBeLessThan(15_000);
});

test('a list that was looked at is not looked at again', () => {
  const args = ['a', '--token', 'b'];
  expect(hideSecrets(args)).toBe(hideSecrets(args));
});

describe('a name', () => {
  test.each<[readonly string[], string, string]>([
    [['node', '--token', 'hunter2', 'app.js'], 'node [hidden]', 'app.js'],
    [['python', 'train.py', '--hf-token', 'x'], 'python train', '--hf-token x'],
    [['/opt/https://u:p@h'], 'u:[hidden]@h', ''],
  ])('of %j holds no secret, its arguments do', (args, title, rest) => {
    expect(programName({name: 'x', args})).toEqual({title, rest});
  });

  test('for what is written has none in its arguments either', () => {
    const args = ['python', 'train.py', '--hf-token', 'x', '--lr', '1'];
    expect(hiddenProgramName({name: 'x', args})).toEqual({
      title: 'python train',
      rest: '--hf-token [hidden] --lr 1',
    });
    expect(hiddenProgramName({name: 'x'})).toEqual({title: 'x', rest: ''});
  });
});
