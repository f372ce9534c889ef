// Verifies a tlog-tiles log, or a tlog-proof, with nothing but node:crypto and the C2SP specifications. Shares no code with
// SecureExchange, so that it can disagree.
//   node verify.mjs log FOLDER VKEY
//   node verify.mjs proof PROOF ENTRY VKEY
//   node verify.mjs cosigned CHECKPOINT VKEY WITNESS-VKEY
import { createHash, createPublicKey, verify } from 'node:crypto';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

const sha256 = (...parts) => parts.reduce((h, p) => h.update(p), createHash('sha256')).digest();
const leafHash = (entry) => sha256(Buffer.of(0), entry);
const nodeHash = (left, right) => sha256(Buffer.of(1), left, right);
const check = (holds, what) => {
  if (!holds) throw new Error(what);
};

// signed-note: name+keyid+base64(type || public key); the base64 may have plus signs of its own. Type 1 is a log's key, 4 a
// witness's.
function readKey(vkey, type = 1) {
  const [, name, id, encoded] = /^([^+]+)\+([0-9a-f]{8})\+(.+)$/.exec(vkey);
  const key = Buffer.from(encoded, 'base64');
  check(key.length === 33 && key[0] === type, 'not an Ed25519 key of this type');
  check(sha256(name, '\n', key).subarray(0, 4).toString('hex') === id, 'key id');
  const x = key.subarray(1).toString('base64url');
  return { name, id, key: createPublicKey({ key: { kty: 'OKP', crv: 'Ed25519', x }, format: 'jwk' }) };
}

// signed-note
function splitNote(note, { name, id }) {
  const split = note.lastIndexOf('\n\n');
  const prefix = `\u2014 ${name} `;
  const signatures = note.slice(split + 2).split('\n').filter((line) => line.startsWith(prefix))
    .map((line) => Buffer.from(line.slice(prefix.length), 'base64'))
    .filter((signature) => signature.subarray(0, 4).toString('hex') === id);
  check(signatures.length > 0, 'no signature by the key');
  return { text: note.slice(0, split + 1), signatures };
}

// tlog-checkpoint
function openCheckpoint(note, { name, id, key }) {
  const { text, signatures } = splitNote(note, { name, id });
  for (const signature of signatures) check(verify(null, Buffer.from(text), key, signature.subarray(4)), 'signature');
  const [origin, size, root] = text.split('\n');
  check(origin === name, 'origin');
  return { size: Number(size), root: Buffer.from(root, 'base64') };
}

// tlog-cosignature
function verifyCosigned(note, log, witness) {
  const { size } = openCheckpoint(note, log);
  const { text, signatures } = splitNote(note, witness);
  for (const signature of signatures) {
    const time = signature.readBigUInt64BE(4);
    const message = `cosignature/v1\ntime ${time}\n${text}`;
    check(verify(null, Buffer.from(message), witness.key, signature.subarray(12)), 'cosignature');
    console.log(`${witness.name} saw ${size} entries at ${time}`);
  }
}

// RFC 6962, section 2.1
function treeHash(leaves) {
  if (leaves.length === 0) return sha256();
  if (leaves.length === 1) return leaves[0];
  let k = 1;
  while (k * 2 < leaves.length) k *= 2;
  return nodeHash(treeHash(leaves.slice(0, k)), treeHash(leaves.slice(k)));
}

// tlog-tiles
function tilePath(level, index, width) {
  let number = String(index % 1000).padStart(3, '0');
  for (let rest = Math.floor(index / 1000); rest > 0; rest = Math.floor(rest / 1000))
    number = `x${String(rest % 1000).padStart(3, '0')}/${number}`;
  return `tile/${level}/${number}${width === 256 ? '' : `.p/${width}`}`;
}

function readTile(folder, level, index, width) {
  const path = join(folder, tilePath(level, index, width));
  return readFileSync(existsSync(path) ? path : join(folder, tilePath(level, index, 256)));
}

function verifyLog(folder, key) {
  const { size, root } = openCheckpoint(readFileSync(join(folder, 'checkpoint'), 'utf8'), key);
  let hashes = [];
  for (let first = 0; first < size; first += 256) {
    const width = Math.min(256, size - first);
    const bundle = readTile(folder, 'entries', first / 256, width);
    for (let i = 0, at = 0; i < width; i++) {
      const length = bundle.readUInt16BE(at);
      check(at + 2 + length <= bundle.length, 'bundle');
      hashes.push(leafHash(bundle.subarray(at + 2, at + 2 + length)));
      at += 2 + length;
    }
  }

  check(hashes.length === size && treeHash(hashes).equals(root), 'root');
  for (let level = 0; hashes.length > 0; level++) {
    const above = [];
    for (let first = 0; first < hashes.length; first += 256) {
      const tile = hashes.slice(first, first + 256);
      const stored = readTile(folder, level, first / 256, tile.length).subarray(0, tile.length * 32);
      check(stored.equals(Buffer.concat(tile)), tilePath(level, first / 256, tile.length));
      if (tile.length === 256) above.push(treeHash(tile));
    }
    hashes = above;
  }

  console.log(`verified ${size} entries`);
}

// tlog-proof, and RFC 9162, section 2.1.3.2
function verifyProof(text, entry, key) {
  const split = text.indexOf('\n\n');
  const lines = text.slice(0, split).split('\n');
  check(lines.shift() === 'c2sp.org/tlog-proof@v1', 'not a proof');
  if (lines[0].startsWith('extra ')) lines.shift();
  const index = Number(/^index (0|[1-9][0-9]*)$/.exec(lines.shift())[1]);
  const { size, root } = openCheckpoint(text.slice(split + 2), key);
  check(index < size, 'index');
  let fn = index;
  let sn = size - 1;
  let hash = leafHash(entry);
  for (const sibling of lines.map((line) => Buffer.from(line, 'base64'))) {
    check(sn > 0, 'too many hashes');
    if (fn % 2 === 1 || fn === sn) {
      hash = nodeHash(sibling, hash);
      while (fn % 2 === 0 && fn > 0) {
        fn /= 2;
        sn = Math.floor(sn / 2);
      }
    } else {
      hash = nodeHash(hash, sibling);
    }
    fn = Math.floor(fn / 2);
    sn = Math.floor(sn / 2);
  }

  check(sn === 0 && hash.equals(root), 'root');
  console.log(`verified entry ${index} of ${size}`);
}

const [mode, ...rest] = process.argv.slice(2);
if (mode === 'log') verifyLog(rest[0], readKey(rest[1]));
else if (mode === 'cosigned') verifyCosigned(readFileSync(rest[0], 'utf8'), readKey(rest[1]), readKey(rest[2], 4));
else verifyProof(readFileSync(rest[0], 'utf8'), readFileSync(rest[1]), readKey(rest[2]));
