/** JSON for files and standard output: nothing in it is obeyed by a terminal that shows it or turns its text round. */
export function toJson(value: object, indent?: number): string {
  return JSON.stringify(value, undefined, indent).replace(UNSEEN, escaped);
}

// What JSON leaves as it is: DEL and C1 controls, line separators, format characters and fillers.
const UNSEEN = /[\u007f-\u009f\u115f\u1160\u2028\u2029\u2060-\u206f\u3164\uffa0\p{Cf}]/gu;

/** By UTF-16 units, as JSON wants it: two for a character beyond 0xffff. */
function escaped(character: string): string {
  return character
    .split('')
    .map((unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`)
    .join('');
}
