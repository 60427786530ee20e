/** What piscina and tinypool run: the default export, or one that the call names. */

// biome-ignore lint/style/noDefaultExport: both pools take the default export of the file
export default function increment(x) {
  return x + 1;
}

export function advance({ id, name }) {
  return { id: id + 1, name };
}
