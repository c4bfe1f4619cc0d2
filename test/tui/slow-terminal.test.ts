import {expect, test} from 'vitest';
import {alert, open, screen} from './open-screen.ts';

test('while a picture is not out no other is drawn, and then one with all that came meanwhile', async () => {
  await open();
  await screen.feed(alert(0, 60));
  screen.isBlocked = true;
  const before = screen.writes;
  for (let second = 1; second <= 20; second += 1) await screen.feed(alert(second, 60 + second));
  await screen.press('p', 'p', '\u000c');
  expect(screen.writes).toBe(before);
  screen.isBlocked = false;
  await screen.settle();
  // Ctrl-L draws everything anew: the clearing is in the same write.
  expect(screen.writes).toBe(before + 1);
  expect(screen.text).toContain('80.0%');
});

test('of bells that there was no room for the last is rung', async () => {
  await open();
  screen.isBlocked = true;
  const before = screen.written.length;
  for (let time = 0; time < 50; time += 1) screen.app.ring(`\u0007${time};`);
  screen.isBlocked = false;
  await screen.settle();
  expect(screen.written.slice(before)).toContain('\u000749;');
  expect(screen.written.slice(before)).not.toContain('\u000748;');
});
