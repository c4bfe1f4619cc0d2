// A program of its own: systeminformation's calls for graphics cards wait for other programs without letting go, which
// must not stop the screen. It writes the cards as JSON.
const {
  default: {graphics},
} = await import('systeminformation');
// On systems that it does not know the library gives null, whatever its types say.
const told: {readonly controllers: readonly unknown[]} | null = await graphics();
process.stdout.write(JSON.stringify(told?.controllers ?? []));
