/** The figure on a line `NAME FIGURE`, as in `memory.stat` and `/proc/vmstat`. */
export function counterIn(text: string, name: string): number | undefined {
  const found = new RegExp(`^${name} (\\d{1,15})$`, 'm').exec(text)?.[1];
  return found === undefined ? undefined : Number(found);
}
