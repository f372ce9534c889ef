// OpenPGP.js for the tests: reads one JSON request a line, answers each with one line, ends with its standard input.
// Octets are base64. `config` is handed to OpenPGP.js as it is; a refusal is an answer, `{"refused": reason}`.
import { readFileSync } from 'node:fs';
import { createInterface } from 'node:readline';
import * as openpgp from 'openpgp';

const octets = text => new Uint8Array(Buffer.from(text, 'base64'));
const base64 = value => Buffer.from(value).toString('base64'); // Armor is a string, the rest are octets.
const isArmor = data => data[0] === 0x2d;
const text = data => Buffer.from(data).toString();

const certificates = (list, config) => Promise.all((list ?? []).map(octets).map(data =>
  openpgp.readKey(isArmor(data) ? { armoredKey: text(data), config } : { binaryKey: data, config })));

const keys = ({ keys: list, keyPassphrase: passphrase, config }) => Promise.all((list ?? []).map(octets).map(async data => {
  const privateKey = await openpgp.readPrivateKey(isArmor(data) ? { armoredKey: text(data), config } : { binaryKey: data, config });
  return passphrase === undefined ? privateKey : openpgp.decryptKey({ privateKey, passphrase, config });
}));

const message = (data, config) =>
  openpgp.readMessage(isArmor(data) ? { armoredMessage: text(data), config } : { binaryMessage: data, config });

const signature = (data, config) =>
  openpgp.readSignature(isArmor(data) ? { armoredSignature: text(data), config } : { binarySignature: data, config });

const judged = async ({ data, signatures }) => ({
  data: base64(data),
  signatures: await Promise.all(signatures.map(async ({ keyID, verified }) => {
    try {
      await verified;
      return { keyId: keyID.toHex(), refused: null };
    } catch (error) {
      return { keyId: keyID.toHex(), refused: error.message };
    }
  })),
});

const operations = {
  version: () => JSON.parse(readFileSync(new URL('node_modules/openpgp/package.json', import.meta.url), 'utf8')).version,

  async generate({ userId, options }) {
    const pair = await openpgp.generateKey({ ...options, userIDs: [{ name: userId }], format: 'binary' });
    return { secret: base64(pair.privateKey), certificate: base64(pair.publicKey) };
  },

  async inspect({ key, config }) {
    const [read] = await certificates([key], config);
    return [read, ...read.subkeys].map(one => ({
      version: one.keyPacket.version, fingerprint: one.getFingerprint(), ...one.getAlgorithmInfo(),
    }));
  },

  encrypt: async request => base64(await openpgp.encrypt({
    message: await openpgp.createMessage({ binary: octets(request.data) }),
    encryptionKeys: await certificates(request.recipients, request.config),
    passwords: request.passwords,
    signingKeys: await keys(request),
    format: request.armor ? 'armored' : 'binary',
    wildcard: request.hidden,
    config: request.config,
  })),

  decrypt: async request => judged(await openpgp.decrypt({
    message: await message(octets(request.data), request.config),
    decryptionKeys: await keys(request),
    passwords: request.passwords,
    verificationKeys: await certificates(request.verifiers, request.config),
    format: 'binary',
    config: request.config,
  })),

  async sign(request) {
    const data = octets(request.data);
    const cleartext = request.shape === 'cleartext';
    return base64(await openpgp.sign({
      message: cleartext ? await openpgp.createCleartextMessage({ text: text(data) })
        : await openpgp.createMessage(request.isText ? { text: text(data) } : { binary: data }),
      signingKeys: await keys(request),
      detached: request.shape === 'detached',
      format: cleartext || request.armor ? 'armored' : 'binary',
      config: request.config,
    }));
  },

  async verify(request) {
    const data = octets(request.data);
    const config = request.config;
    const verificationKeys = await certificates(request.verifiers, config);
    if (request.shape === 'cleartext') {
      const signed = await openpgp.readCleartextMessage({ cleartextMessage: text(data), config });
      return judged(await openpgp.verify({ message: signed, verificationKeys, config }));
    }
    const signed = request.shape === 'detached' ? await openpgp.createMessage({ binary: data }) : await message(data, config);
    return judged(await openpgp.verify({
      message: signed,
      signature: request.shape === 'detached' ? await signature(octets(request.signature), config) : undefined,
      verificationKeys,
      format: 'binary',
      config,
    }));
  },
};

for await (const line of createInterface({ input: process.stdin, crlfDelay: Infinity })) {
  const request = JSON.parse(line);
  let answer;
  try {
    answer = { done: await operations[request.operation](request) };
  } catch (error) {
    answer = { refused: error.message };
  }
  process.stdout.write(JSON.stringify(answer) + '\n');
}
