// A full-screen program in a few lines, for the tests of the harness: counts keys, tells its size, ends on q.
let keys = 0;

const paint = () => {
  const {columns, rows} = process.stdout;
  process.stdout.write(
    `\u001b[H\u001b[2J\u001b[1;31mkeys ${keys}\u001b[0m \u001b[7msize\u001b[0m ${columns}x${rows}\r\n▲ ⡇ │`,
  );
};

const leave = (code) => {
  process.stdout.write('\u001b[?25h\u001b[?1049lbye\r\n');
  process.exit(code);
};

process.stdin.setRawMode(true);
process.stdin.on('data', (data) => {
  if (data.toString() === 'q') leave(3);
  keys += 1;
  paint();
});
process.stdout.on('resize', paint);
process.on('SIGTERM', () => leave(143));
process.stdout.write('\u001b[?1049h\u001b[?25l');
paint();
