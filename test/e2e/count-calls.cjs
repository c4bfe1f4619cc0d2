// Loaded before the program under test: counts what it reads and loads until its first frame, and what it holds then.
'use strict';
const fs = require('node:fs');
const {writeFileSync} = fs;

const counts = {filesOpened: 0, bytesRead: 0, timers: -1, builtins: -1};
for (const name of ['openSync', 'open', 'readFileSync', 'readFile'])
  fs[name] = counting(fs[name], () => {
    counts.filesOpened += 1;
  });
const countedReadFile = fs.readFileSync;
fs.readFileSync = (...args) => {
  const content = countedReadFile(...args);
  counts.bytesRead += content.length;
  return content;
};

// A picture goes to the terminal by its own file, so that nobody waits for it.
const write = fs.writeSync;
let isTold = false;
fs.writeSync = (file, chunk, ...rest) => {
  if (!isTold && chunk.length > 1000) {
    isTold = true;
    counts.builtins = process.moduleLoadList.filter((name) => name.startsWith('NativeModule ')).length;
    counts.timers = process.getActiveResourcesInfo().filter((name) => name === 'Timeout').length;
    writeFileSync(process.env.COUNTS_FILE, JSON.stringify(counts));
  }
  return write(file, chunk, ...rest);
};

function counting(call, count) {
  return (...args) => {
    count();
    return call(...args);
  };
}
