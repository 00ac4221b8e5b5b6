// A node that misbehaves as told: an HTTP server that answers JSON-RPC for a chain of empty
// accounts.
import http from 'node:http';

const hash = digit => '0x' + digit.repeat(64);

export const head = {
  number: '0x10', hash: hash('a'), parentHash: hash('9'), timestamp: '0x69567f80',
  gasLimit: '0x3938700', gasUsed: '0x0', baseFeePerGas: '0x7', mixHash: hash('5'),
  miner: '0x' + '00'.repeat(20), excessBlobGas: '0x0', blobGasUsed: '0x0', stateRoot: hash('3'),
  sha3Uncles: hash('1'), logsBloom: '0x' + '00'.repeat(256), transactionsRoot: hash('2'),
  receiptsRoot: hash('4'), difficulty: '0x0', extraData: '0x', nonce: '0x' + '00'.repeat(8),
  size: '0x200', transactions: [], uncles: [], withdrawals: [],
};

const method_missing = { error: { code: -32601, message: 'the method does not exist' } };

/// What an honest node of this chain answers: {result} or {error} by method.
const honest = {
  eth_chainId: () => ({ result: '0x7a69' }),
  net_version: () => ({ result: '31337' }),
  eth_blockNumber: () => ({ result: head.number }),
  eth_getBlockByNumber: () => ({ result: head }),
  eth_getBlockByHash: () => ({ result: head }),
  eth_getBalance: () => ({ result: '0x0' }),
  eth_getTransactionCount: () => ({ result: '0x0' }),
  eth_getCode: () => ({ result: '0x' }),
  eth_getStorageAt: () => ({ result: hash('0') }),
};

/// Starts the node on a free port. `faults.methods` replaces answers by method (functions of the
/// request's params giving {result} or {error}); `faults.item` may change an answer object;
/// `faults.body` may replace the whole body; `faults.http` may take over the response itself.
export function start_fake_node(faults = {}) {
  const answer_item = ({ id, method, params }) => {
    const outcome = (faults.methods?.[method] ?? honest[method])?.(params) ?? method_missing;
    const item = { jsonrpc: '2.0', id, ...outcome };
    return faults.item?.(item, method) ?? item;
  };
  const seen = [];
  const server = http.createServer((request, response) => {
    const chunks = [];
    request.on('data', chunk => chunks.push(chunk));
    request.on('end', () => {
      const asked = JSON.parse(Buffer.concat(chunks).toString());
      seen.push(asked);
      if (faults.http?.(response, asked)) return;
      const answer = Array.isArray(asked) ? asked.map(answer_item) : answer_item(asked);
      const body = faults.body?.(answer, asked) ?? JSON.stringify(answer);
      response.writeHead(200, { 'content-type': 'application/json' });
      response.end(body);
    });
  });
  return new Promise(resolve => server.listen(0, '127.0.0.1', () => resolve({
    url: `http://127.0.0.1:${server.address().port}`,
    seen,
    stop: () => new Promise(done => { server.close(done); server.closeAllConnections?.(); }),
  })));
}
