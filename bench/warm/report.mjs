// What the measurements of warm servers come to.

export const parallel_connections = 4;

/// The value below which the share `part` of the numbers lies.
function quantile(numbers, part) {
  const sorted = [...numbers].sort((a, b) => a - b);
  return sorted[Math.round((sorted.length - 1) * part)];
}
export const median = numbers => quantile(numbers, 0.5);

/// Medians over a server's turns: µs at one connection; at parallel_connections calls per second,
/// and the server's CPU time for a call in µs.
export const summary_of = ({ single, parallel }) => ({
  p50_us: median(single.map(one => one.p50_us)),
  p99_us: median(single.map(one => one.p99_us)),
  per_second: median(parallel.map(one => one.per_second)),
  cpu_us: median(parallel.map(one => one.cpu_us)),
});

/// Each of our servers against the best that a judge did: `p50` is better below 1, the others
/// above.
export function ratios_of({ servers }) {
  const judges = servers.filter(server => !server.ours);
  const best_p50 = Math.min(...judges.map(judge => judge.p50_us));
  const best_rate = Math.max(...judges.map(judge => judge.per_second));
  const best_cpu = Math.min(...judges.map(judge => judge.cpu_us));
  return servers.filter(server => server.ours).map(server => ({ name: server.name,
    p50: server.p50_us / best_p50, rate: server.per_second / best_rate,
    cpu: best_cpu / server.cpu_us }));
}

const line_of = cells => `| ${cells.join(' | ')} |`;

/// A Markdown table: a row for each scenario and server, with its ratios to the best judge.
export function table_of(rows) {
  const head = ['scenario', 'server', 'p50, µs', 'p99, µs', `calls/s at ${parallel_connections}`,
    'CPU, µs a call', 'p50 ÷ anvil', 'calls/s ÷ anvil', 'CPU: anvil ÷ ours'];
  const lines = rows.flatMap(row => row.servers.map(server => {
    const ratio = ratios_of(row).find(({ name }) => name === server.name);
    return line_of([row.scenario, server.name, server.p50_us.toFixed(1), server.p99_us.toFixed(1),
      server.per_second.toFixed(0), server.cpu_us.toFixed(1),
      ...['p50', 'rate', 'cpu'].map(key => ratio?.[key].toFixed(2) ?? '')]);
  }));
  return [line_of(head), line_of(head.map(() => '---')), ...lines].join('\n');
}
