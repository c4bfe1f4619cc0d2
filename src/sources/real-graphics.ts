// A program of its own: systeminformation's calls for graphics cards wait for other programs without letting go, which
// must not stop the screen. It writes the cards as JSON.
const {graphics} = await import('systeminformation');
const {controllers} = await graphics();
process.stdout.write(JSON.stringify(controllers));
