import {readdir, readFile} from 'node:fs/promises';
import path from 'node:path';

const KNOWN = [
  'MIT',
  'ISC',
  'BSD-2-Clause',
  'BSD-3-Clause',
  'Apache-2.0',
  '0BSD',
  'BlueOak-1.0.0',
  'CC0-1.0',
];

/**
 * The licences of every package that has code in a bundle.
 * @param {import('esbuild').Metafile['outputs']} outputs
 * @throws {Error} when a package's licence is not one of the known ones.
 */
export async function licenceNotices(outputs) {
  const folders = [...new Set(Object.values(outputs).flatMap(bundledPackages))];
  const notices = await Promise.all(folders.map(notice));
  const head = 'memtop holds code of the following packages.\n';
  return [head, ...notices.sort()].join(`\n${'-'.repeat(80)}\n`);
}

function bundledPackages(output) {
  return Object.entries(output.inputs)
    .filter(([, {bytesInOutput}]) => bytesInOutput > 0)
    .flatMap(([file]) => file.match(/^.*node_modules\/(?:@[^/]+\/)?[^/]+/)?.[0] ?? []);
}

async function notice(folder) {
  const manifest = JSON.parse(await readFile(path.join(folder, 'package.json'), 'utf8'));
  const {name, version, license} = manifest;
  if (!isKnown(license))
    throw new Error(`${name} ${version} has the licence ${license}; is it allowed here?`);
  return `\n${name} ${version} (${license})\n\n${(await licenceText(folder)) ?? whereItIs(manifest)}\n`;
}

// An expression such as "(MIT OR CC0-1.0)" is fine when all its parts are.
function isKnown(license) {
  if (typeof license !== 'string') return false;
  const ids = license.replace(/[()]/g, '').split(/ OR | AND /);
  return ids.every((id) => KNOWN.includes(id));
}

async function licenceText(folder) {
  const names = (await readdir(folder)).filter((name) => /^(licen[cs]e|copying|notice)/i.test(name)).sort();
  const texts = await Promise.all(names.map((name) => readFile(path.join(folder, name), 'utf8')));
  return texts.length > 0 ? texts.map((text) => text.trim()).join('\n\n') : undefined;
}

function whereItIs({license, repository, author}) {
  const url = typeof repository === 'string' ? repository : (repository?.url ?? 'no repository given');
  const by = typeof author === 'string' ? author : author?.name;
  return `The package has no licence file. Licence: ${license}.${by ? ` Author: ${by}.` : ''} Source: ${url}`;
}
