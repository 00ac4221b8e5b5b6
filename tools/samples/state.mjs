// Makes the sample state: deploys the compiled contracts on a fresh development node, fills them,
// and takes their accounts out again in the account format that `runahead import` reads.
import zlib from 'node:zlib';
import { encode, word } from '../js/abi.mjs';
import { start_anvil } from '../js/anvil.mjs';
import { sleep } from '../js/children.mjs';
import { call } from '../js/rpc.mjs';

// Symbol, name, decimals, price in US cents.
const listed = [
  ['ALD', 'Alder', 18, 1_250], ['BIR', 'Birch', 18, 32_075], ['CED', 'Cedar', 6, 100],
  ['ELM', 'Elm', 18, 7], ['FIR', 'Fir', 8, 6_412_300], ['GNK', 'Ginkgo', 18, 980],
  ['HZL', 'Hazel', 18, 14_450], ['IVY', 'Ivy', 6, 99], ['JUN', 'Juniper', 18, 215],
  ['KAU', 'Kauri', 18, 48_900], ['LAR', 'Larch', 12, 3_333], ['MPL', 'Maple', 18, 1],
  ['NUT', 'Nutmeg', 18, 78_125], ['OAK', 'Oak', 18, 265_000], ['PIN', 'Pine', 9, 5_610],
  ['ROW', 'Rowan', 18, 402],
];
const people_count = 24;
const price_time = 1_767_225_600; // 2026-01-01, when every price was set

export const block = {
  number: '0x40', timestamp: '0x69567f80', gasLimit: '0x3938700', baseFeePerGas: '0x7',
  prevRandao: '0x' + word(0x5eed), coinbase: '0x' + '00'.repeat(20),
};

const address_of = number => '0x' + BigInt(number).toString(16).padStart(40, '0');
/// Invented people: no key is known to these addresses.
export const people = Array.from({ length: people_count }, (_, i) =>
  address_of((0xa11cen << 140n) + BigInt(i + 1) * 0x9e3779b97f4a7c15n));

/// Of token `t`, how much person `p` holds in its smallest unit; nothing for about every third
/// pair.
function holding(t, p, decimals) {
  const mixed = (Math.imul(t * people_count + p + 1, 0x9e3779b1) >>> 8) % 1_000;
  return mixed % 3 === 0 ? 0n : BigInt(mixed) * 10n ** BigInt(decimals) / 4n;
}

/// A node's account that deploys and calls, one transaction after the other.
class Deployer {
  constructor(url, from) { this.url = url; this.from = from; }

  async send(transaction) {
    const hash = await call(this.url, 'eth_sendTransaction',
      [{ from: this.from, gas: '0x1000000', ...transaction }]);
    let receipt = null; // the node mines at once, but answers before it has
    for (let i = 0; i < 2000 && !receipt; i += 1) {
      receipt = await call(this.url, 'eth_getTransactionReceipt', [hash]);
      if (!receipt) await sleep(2);
    }
    if (receipt?.status !== '0x1') throw new Error(`the transaction ${hash} failed`);
    return receipt;
  }

  async deploy({ creation }, ...args) {
    return (await this.send({ data: creation + encode(...args) })).contractAddress;
  }

  call(to, { artefact }, signature, ...args) {
    return this.send({ to, data: '0x' + artefact.selectors[signature] + encode(...args) });
  }
}

async function fill_tokens(deployer, { Token, PriceFeed }, feed) {
  const tokens = [];
  for (const [t, [symbol, name, decimals, cents]] of listed.entries()) {
    const token = await deployer.deploy(Token, name, symbol, decimals);
    tokens.push(token);
    for (let p = 0; p < people.length; p += 1) {
      const amount = holding(t, p, decimals);
      if (amount) await deployer.call(token, Token, 'mint(address,uint256)', people[p], amount);
    }
    await deployer.call(feed, PriceFeed, 'set(address,uint128,uint64,uint8)', token, cents,
      price_time, decimals);
  }
  return tokens;
}

/// The accounts at `addresses`, with all their storage, out of a node's dump.
async function take_accounts(url, addresses) {
  const dump = await call(url, 'anvil_dumpState');
  const { accounts } = JSON.parse(zlib.gunzipSync(Buffer.from(dump.slice(2), 'hex')));
  return Object.fromEntries(addresses.map(address => {
    const { nonce, balance, code, storage } = accounts[address];
    const slots = Object.entries(storage)
      .map(([slot, value]) => ['0x' + word(slot), '0x' + word(value)]);
    return [address, { balance: '0x' + BigInt(balance).toString(16),
      nonce: '0x' + BigInt(nonce).toString(16), code,
      storage: Object.fromEntries(slots.filter(([, value]) => BigInt(value) !== 0n).sort()) }];
  }));
}

/// Gives {state, tokens, portfolio, queue}: the account file's content and where the contracts are.
export async function make_state(contracts) {
  const node = await start_anvil();
  try {
    const deployer = new Deployer(node.url, (await call(node.url, 'eth_accounts'))[0]);
    const feed = await deployer.deploy(contracts.PriceFeed);
    const tokens = await fill_tokens(deployer, contracts, feed);
    const portfolio = await deployer.deploy(contracts.Portfolio, feed, tokens);
    const queue = await deployer.deploy(contracts.Queue);
    await deployer.call(queue, contracts.Queue, 'join(address[],uint96[])', people,
      people.map((_, i) => BigInt(i + 1) * 10n ** 16n));
    const alloc = await take_accounts(node.url, [feed, ...tokens, portfolio, queue]);
    for (const [i, person] of people.entries())
      alloc[person] = { balance: '0x' + (BigInt(i + 1) * 10n ** 18n).toString(16), nonce: '0x0' };
    return { state: { chainId: '0x7a69', fork: 'osaka', block, alloc }, tokens, portfolio, queue };
  } finally {
    await node.stop();
  }
}
