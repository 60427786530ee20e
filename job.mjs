import { pipeline } from 'allcores/image';
import { copyFileSync, existsSync, mkdirSync } from 'node:fs';
import { createRequire } from 'node:module';
const n = 12;
mkdirSync('/tmp/ipipe-job/in', { recursive: true });
const inputs = Array.from({ length: n }, (_, i) => `/tmp/ipipe-job/in/${i}.jpg`);
for (const f of inputs) if (!existsSync(f)) copyFileSync('/tmp/ipipe-base.jpg', f);
const sharp = createRequire(process.cwd() + '/bench/peers/x.js')('sharp');
sharp.cache(false); sharp.concurrency(1);
const jobs = {
  'small on': [pipeline().resize({ width: 1600 }).gaussianBlur({ radius: 2 }), (s) => s.resize(1600, null, { kernel: 'lanczos3' }).blur({ sigma: 2, precision: 'float', minAmplitude: 0.001 }), (s) => s.resize(1600, null, { kernel: 'lanczos3' }).blur(2)],
  'small off': [pipeline({ shrinkOnLoad: false }).resize({ width: 1600 }).gaussianBlur({ radius: 2 }), (s) => s.resize(1600, null, { kernel: 'lanczos3', fastShrinkOnLoad: false }).blur({ sigma: 2, precision: 'float', minAmplitude: 0.001 }), (s) => s.resize(1600, null, { kernel: 'lanczos3', fastShrinkOnLoad: false }).blur(2)],
  'blur 15': [pipeline().gaussianBlur({ radius: 15 }), (s) => s.blur({ sigma: 15, precision: 'float', minAmplitude: 0.001 }), (s) => s.blur(15)],
};
const which = process.argv[2];
for (const [name, [ours, theirs, written]] of Object.entries(jobs)) {
  if (which && which !== name) continue;
  const a = async () => { for await (const r of ours.jpeg({ quality: 85 }).runAll(inputs, { outDir: '/tmp/ipipe-job/ours', overwrite: true })) if (r.error) throw r.error; };
  mkdirSync('/tmp/ipipe-job/sharp', { recursive: true });
  const b = (chain) => async () => { let next = 0; const lane = async () => { while (next < n) { const i = next++; await chain(sharp(inputs[i])).jpeg({ quality: 85, chromaSubsampling: '4:2:0' }).toFile(`/tmp/ipipe-job/sharp/${i}.jpg`); } }; await Promise.all([lane(), lane()]); };
  const time = async (f) => { const t = performance.now(); await f(); return (performance.now() - t) / n; };
  const res = { ours: [], sharp: [], written: [] };
  for (let r = 0; r < 3; r++) { res.ours.push(await time(a)); if (!process.env.OURS) { res.sharp.push(await time(b(theirs))); res.written.push(await time(b(written))); } }
  console.log(name, Object.entries(res).map(([k, v]) => `${k} ${Math.min(...v).toFixed(1)} ms/img`).join('  '));
}
