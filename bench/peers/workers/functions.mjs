/** What piscina and tinypool run: the default export, once for each task. */

// biome-ignore lint/style/noDefaultExport: both pools take the default export of the file
export default function increment(x) {
  return x + 1;
}
