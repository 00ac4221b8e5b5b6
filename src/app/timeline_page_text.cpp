#include "app/timeline_page_text.hpp"

namespace runahead {

const std::string_view timeline_style = R"css(
:root {
  --paper: #ffffff; --ink: #1c1c1e; --soft: #62626a; --grid: #e2e2e8; --stripe: #f6f6f9;
  --ahead: #1f6fb4; --spine: #d9822b; --waste: #9a9aa4; --path: #b5214f; --still: #e9c9a6;
  --run: #2a9d75; --panel: #f2f2f6;
}
@media (prefers-color-scheme: dark) {
  :root {
    --paper: #17171b; --ink: #ececf0; --soft: #a3a3ad; --grid: #303038; --stripe: #1d1d22;
    --ahead: #5aa9e6; --spine: #f0a552; --waste: #70707a; --path: #ff7aa2; --still: #6b4f30;
    --run: #4cc79c; --panel: #222228;
  }
}
* { box-sizing: border-box; }
body {
  margin: 0; padding: 16px 20px 90px; background: var(--paper); color: var(--ink);
  font: 14px/1.45 system-ui, 'DejaVu Sans', sans-serif;
}
h1 { font-size: 19px; margin: 0 0 2px; overflow-wrap: anywhere; }
h2 { font-size: 14px; margin: 18px 0 4px; }
p { margin: 0 0 6px; color: var(--soft); max-width: 72em; }
b { color: var(--ink); }
ul { list-style: none; display: flex; flex-wrap: wrap; gap: 4px 18px; padding: 0; margin: 8px 0; }
li { font-size: 12.5px; color: var(--soft); display: flex; align-items: center; gap: 6px; }
li i { width: 18px; height: 10px; border-radius: 2px; display: inline-block; }
svg { display: block; width: 100%; }
svg text { fill: var(--ink); font: 11px ui-monospace, 'DejaVu Sans Mono', monospace; }
svg text.soft { fill: var(--soft); }
.grid { stroke: var(--grid); } .stripe { fill: var(--stripe); }
.ahead { fill: var(--ahead); background: var(--ahead); }
.spine { fill: var(--spine); background: var(--spine); }
.waste { fill: var(--waste); background: var(--waste); }
.still { fill: var(--still); background: var(--still); }
.run { fill: var(--run); background: var(--run); }
.flight { fill: var(--ahead); fill-opacity: 0.35; }
.wait { fill: none; stroke: var(--soft); stroke-opacity: 0.45; }
.wait.path, .wait.chosen { stroke: var(--path); stroke-opacity: 1; stroke-width: 1.6; }
.onpath { stroke: var(--path); stroke-width: 1.6; }
li i.pathmark { background: none; border-top: 2px solid var(--path); height: 0; }
.row { cursor: pointer; }
.row:hover .hit, .row.chosen .hit { fill: var(--grid); }
.hit { fill: transparent; }
#about {
  position: fixed; left: 0; right: 0; bottom: 0; padding: 8px 20px; background: var(--panel);
  border-top: 1px solid var(--grid); min-height: 62px; font-size: 12.5px; overflow-wrap: anywhere;
}
#about code { font: 12px ui-monospace, 'DejaVu Sans Mono', monospace; }
)css";

const std::string_view timeline_body = R"html(<h1 id="title"></h1>
<p id="summary"></p>
<ul>
<li><i class="spine"></i>read that the spine asked for</li>
<li><i class="ahead"></i>read ahead of it, by a scout</li>
<li><i class="waste"></i>read ahead that was not used</li>
<li><i class="pathmark"></i>the chain that the call's time is made of</li>
<li><i class="still"></i>the spine stands still</li>
<li><i class="run"></i>the spine runs</li>
</ul>
<h2>On one scale</h2>
<div id="scale"></div>
<h2>Reads</h2>
<div id="reads"></div>
<h2>Serially: the same reads, one after another</h2>
<div id="serial"></div>
<div id="about">Point at a read, or choose one, to see its key and what it waited for.</div>
<noscript>This page draws with JavaScript.</noscript>
)html";

const std::string_view timeline_script = R"js(
'use strict';
const data = JSON.parse(document.getElementById('data').textContent);
const reads = data.reads;
const by_id = id => document.getElementById(id);
const number = value => String(value >= 100 ? Math.round(value) : Number(value.toPrecision(3)));
const ms = (value, most = value) =>
  most >= 10000 ? number(value / 1000) + ' s' : number(value) + ' ms';
const short = hex => hex.length > 14 ? hex.slice(0, 8) + '…' + hex.slice(-4) : hex;
const plural = (count, what) => `${count} ${what}${count === 1 ? '' : 's'}`;

/* Serial time: every read that was used takes as long as it took, one after another. */
const serial = [];
let serial_end = 0;
for (const index of data.serial) {
  const took = Math.max(reads[index].to - reads[index].from, 0);
  serial.push({ index, from: serial_end, to: serial_end + took });
  serial_end += took;
}
const end = Math.max(data.elapsed, ...reads.map(read => read.to), 0.001);

/* The chain of waits that ends with the read that came last. */
const on_path = new Set();
let last = -1;
reads.forEach((read, i) => { if (read.used && (last < 0 || read.to >= reads[last].to)) last = i; });
for (let i = last; i !== undefined && i >= 0 && !on_path.has(i); i = reads[i].waited)
  on_path.add(i);

const kind_of = read => !read.used ? 'waste' : read.ahead ? 'ahead' : 'spine';

function element(parent, name, attributes, text) {
  const made = document.createElementNS('http://www.w3.org/2000/svg', name);
  for (const key in attributes) made.setAttribute(key, attributes[key]);
  if (text !== undefined) made.textContent = text;
  parent.append(made);
  return made;
}

function canvas(id, height, label) {
  const place = by_id(id);
  const width = Math.max(place.clientWidth, 280);
  place.replaceChildren();
  const svg = element(place, 'svg', { viewBox: `0 0 ${width} ${height}`, height, role: 'img',
    'aria-label': label });
  svg.style.width = width + 'px';
  return { svg, width };
}

function ticks(to, room) {
  const rough = to / Math.max(2, Math.floor(room / 90));
  const power = 10 ** Math.floor(Math.log10(rough));
  const step = power * (rough / power > 5 ? 10 : rough / power > 2 ? 5 : rough / power > 1 ? 2 : 1);
  const list = [];
  for (let i = 0; i * step <= to * 1.0001; ++i) list.push(i * step);
  return list;
}

function axis(svg, at, to, room, top, bottom) {
  const shown = ticks(to, room);
  shown.forEach((tick, i) => {
    element(svg, 'line', { class: 'grid', x1: at(tick), x2: at(tick), y1: top + 4, y2: bottom });
    const close = i > 0 && room - (at(tick) - at(0)) < 30;
    element(svg, 'text', { class: 'soft', x: at(tick), y: top,
      'text-anchor': i === 0 ? 'start' : close ? 'end' : 'middle' }, ms(tick, to));
  });
}

function draw_scale() {
  const { svg, width } = canvas('scale', 78, 'serial and ahead on one scale');
  const left = 70, to = Math.max(end, serial_end), room = width - left - 70;
  const at = time => left + time / to * room;
  axis(svg, at, to, room, 12, 74);
  const bars = [['serial', serial_end, serial.length, 'spine', 22],
    ['ahead', data.elapsed, data.rounds, 'ahead', 48]];
  for (const [name, time, parts, kind, y] of bars) {
    const length = Math.max(at(time) - left, 1);
    element(svg, 'text', { x: 0, y: y + 15 }, name);
    element(svg, 'rect', { class: kind, x: left, y, width: length, height: 20, rx: 2 });
    if (parts > 1 && parts <= length / 4)
      for (let i = 1; i < parts; ++i)
        element(svg, 'line', { x1: at(time * i / parts), x2: at(time * i / parts), y1: y,
          y2: y + 20, stroke: 'var(--paper)' });
    element(svg, 'text', { x: at(time) + 6, y: y + 15 }, ms(time));
  }
}

/* Rows are as high as there is room for: all of 20 reads are labelled, of 1,000 each is a line. */
function density() {
  if (reads.length <= 60) return { row: 20, bar: 13, label: true };
  if (reads.length <= 250) return { row: 13, bar: 9, label: true };
  const row = Math.min(Math.max(1800 / reads.length, 1.5), 4);
  return { row, bar: row > 3 ? row - 1 : row * 0.8, label: false };
}

function label_of(read, narrow) {
  const what = read.kind === 'storage' ? 'slot ' + short(read.slot) : read.kind.replace('_', ' ');
  return narrow ? what : `${what} of ${short(read.address)}`;
}

function groups(rows) {
  /* Runs of reads that went out together. */
  const list = [];
  rows.forEach((index, y) => {
    const read = reads[index], last_group = list[list.length - 1];
    if (last_group && last_group.wave === read.wave) last_group.count += 1;
    else list.push({ wave: read.wave, from: y, count: 1, time: read.from });
  });
  return list;
}

function arrow(svg, at, y_of, index, kind) {
  const read = reads[index], source = reads[read.waited];
  const x1 = at(source.to), y1 = y_of(read.waited), x2 = at(read.from), y2 = y_of(index);
  const bend = Math.max(x2 - x1, 0) / 2 + 7;
  element(svg, 'path', { class: 'wait' + kind, 'marker-end': kind ? 'url(#tip-path)' : 'url(#tip)',
    d: `M${x1} ${y1}C${x1 + bend} ${y1} ${x2 - bend} ${y2} ${x2 - 1} ${y2}` });
}

function draw_tips(svg) {
  const defs = element(svg, 'defs', {});
  [['tip', 'var(--soft)'], ['tip-path', 'var(--path)']].forEach(([id, fill]) => {
    const marker = element(defs, 'marker', { id, viewBox: '0 0 6 6', refX: 5, refY: 3,
      markerWidth: 5, markerHeight: 5, orient: 'auto', markerUnits: 'userSpaceOnUse' });
    element(marker, 'path', { d: 'M0 0L6 3L0 6z', fill });
  });
}

function draw_lanes(svg, at, top, left, narrow) {
  /* The spine, and how many reads are on their way. */
  element(svg, 'text', { x: 0, y: top + 14 }, 'spine');
  const thin = Math.max(at(end) - at(0), 1);
  element(svg, 'rect', { class: 'run', x: at(0), y: top + 3, width: thin, height: 14 });
  for (const stall of data.stalls) {
    const bar = element(svg, 'rect', { class: 'still', x: at(stall.from), y: top + 3,
      width: Math.max(at(stall.to) - at(stall.from) - 1.5, 0.5), height: 14 });
    const waited = stall.reads.map(i => '#' + (i + 1)).join(', ');
    element(bar, 'title', {}, `waits ${ms(stall.to - stall.from)} for ${waited || 'others'}`);
  }
  const events = [];
  for (const read of reads) events.push([read.from, 1], [read.to, -1]);
  events.sort((a, b) => a[0] - b[0] || a[1] - b[1]);
  let now = 0, most = 0;
  for (const [, change] of events) { now += change; most = Math.max(most, now); }
  const base = top + 66, high = 34;
  let path = `M${at(0)} ${base}`;
  now = 0;
  for (const [time, change] of events) {
    path += `L${at(time)} ${base - now / most * high}`;
    now += change;
    path += `L${at(time)} ${base - now / most * high}`;
  }
  element(svg, 'path', { class: 'flight', d: path + `L${at(end)} ${base}Z` });
  element(svg, 'text', { x: 0, y: base - 12 }, narrow ? 'in flight' : 'reads in flight');
  element(svg, 'text', { class: 'soft', x: 0, y: base + 2 }, 'at most ' + most);
}

function draw_reads() {
  const { row, bar, label } = density();
  const rows = reads.map((_, i) => i);
  const place = by_id('reads').clientWidth, narrow = place < 620;
  const left = label ? (narrow ? 150 : 270) : narrow ? 84 : 150, top = 18;
  const bottom = top + 8 + rows.length * row;
  const { svg, width } = canvas('reads', bottom + 84, 'waterfall of reads');
  const room = width - left - 14, at = time => left + time / end * room;
  const y_of = index => top + 8 + index * row + row / 2;
  draw_tips(svg);
  for (const [i, group] of groups(rows).entries()) {
    const y = top + 8 + group.from * row;
    if (i % 2 === 0)
      element(svg, 'rect', { class: 'stripe', x: 0, y, width, height: group.count * row });
    if (!label && group.count * row >= 11)
      element(svg, 'text', { class: 'soft', x: 0, y: y + 10 },
        plural(group.count, 'read') + (narrow ? '' : ` at ${ms(group.time)}`));
  }
  axis(svg, at, end, room, 12, bottom + 70);
  const behind = element(svg, 'g', {});
  reads.forEach((read, i) => {
    const y = y_of(i);
    const group = element(svg, 'g', { class: 'row', 'data-read': i });
    element(group, 'rect', { class: 'hit', x: 0, y: y - row / 2, width: left, height: row });
    if (label)
      element(group, 'text', { x: 0, y: y + 4, 'font-size': row < 16 ? 10 : 11 },
        `#${i + 1} ${label_of(read, narrow)}`);
    const shape = element(group, 'rect', { class: kind_of(read) + (on_path.has(i) ? ' onpath' : ''),
      x: at(read.from) + 1, y: y - bar / 2, width: Math.max(at(read.to) - at(read.from) - 2, 1),
      height: bar, rx: bar > 6 ? 2 : 0 });
    element(shape, 'title', {}, about(i, text => text));
    group.addEventListener('mouseenter', () => tell(i));
    group.addEventListener('click', () => tell(i));
  });
  const arrows = reads.map((_, i) => i).filter(i => reads[i].waited !== undefined);
  for (const i of arrows)
    if (!on_path.has(i) && reads.length <= 250) arrow(behind, at, y_of, i, '');
  for (const i of arrows) if (on_path.has(i)) arrow(svg, at, y_of, i, ' path');
  const chosen = element(svg, 'g', {});
  draw_lanes(svg, at, bottom + 6, left, narrow);

  function tell(index) {
    chosen.replaceChildren();
    for (let i = index, seen = 0; reads[i].waited !== undefined && seen < reads.length; ++seen) {
      arrow(chosen, at, y_of, i, ' chosen');
      i = reads[i].waited;
    }
    by_id('about').innerHTML = about(index, text => `<code>${text}</code>`);
  }
}

function key_of(read) {
  return read.kind.replace('_', ' ') + (read.slot !== undefined ? ' ' + read.slot : '') +
    (read.kind === 'block_hash' ? '' : ' of ' + read.address);
}

function about(index, code) {
  const read = reads[index];
  const asked = read.ahead ? 'ahead of the spine' : 'by the spine';
  let text = `#${index + 1} ${code(key_of(read))}, asked for ${asked} at ${ms(read.from)}, ` +
    `there at ${ms(read.to)}${read.used ? '' : '; not used'}.`;
  if (read.waited !== undefined)
    text += ` Waited for ${read.cause} #${read.waited + 1}: ${code(key_of(reads[read.waited]))}.`;
  return text;
}

function draw_serial() {
  const { svg, width } = canvas('serial', 52, 'serial execution');
  const to = Math.max(serial_end, 0.001), room = width - 14;
  const at = time => time / to * room;
  axis(svg, at, to, room, 12, 46);
  const gap = room / Math.max(serial.length, 1) > 4 ? 1 : 0;
  for (const { index, from, to: until } of serial) {
    const bar = element(svg, 'rect', { class: kind_of(reads[index]), x: at(from), y: 22,
      width: Math.max(at(until) - at(from) - gap, 0.3), height: 20 });
    element(bar, 'title', {}, `#${index + 1} ${key_of(reads[index])}`);
  }
}

by_id('title').textContent = data.title;
const faster = data.elapsed > 0 ? serial_end / data.elapsed : 1;
by_id('summary').innerHTML = `<b>${plural(data.rounds, 'round')}</b>, ${ms(data.elapsed)}; one ` +
  `read after another: <b>${plural(serial.length, 'round')}</b>, ${ms(serial_end)}: ` +
  `<b>${number(faster)} times</b> as long. ${plural(reads.length, 'read')}, ` +
  `${reads.filter(read => read.ahead).length} ahead of the spine, ${data.wasted} not used; ` +
  `${data.scoutSteps.toLocaleString('en')} scout steps in ${plural(data.scoutRuns, 'run')}.`;

function draw() {
  draw_scale();
  draw_reads();
  draw_serial();
}
draw();
let drawn_width = window.innerWidth;
window.addEventListener('resize', () => {
  if (window.innerWidth !== drawn_width) draw();
  drawn_width = window.innerWidth;
});
)js";

} // namespace runahead
