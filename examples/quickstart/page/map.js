'use strict';
(() => {
  const D = JSON.parse(document.getElementById('data').textContent);
  const n = D.x.length, m = D.reps.length;
  const $ = (s) => document.querySelector(s);
  const canvas = $('#map'), ctx = canvas.getContext('2d'), detail = $('#detail');
  const rows = [...document.querySelectorAll('tr[data-rep]')];

  let mode = 'after';
  let owners = D.owner;
  let shown = -1;   // customer in the detail card
  let pinned = -1;  // customer that was clicked
  let rep = -1;     // sales person that was clicked
  let view = { k: 1, x: 0, y: 0 }, fit = 1;
  let W = 0, H = 0, dpr = 1;
  let fade = 1, fadeFrom = null;

  // ---- colours -----------------------------------------------------------
  let css = {};
  const rgb = (c) => { const v = parseInt(c.slice(1, 7), 16); return [v >> 16, v >> 8 & 255, v & 255]; };
  const mix = (a, b, t) => `rgb(${a.map((v, i) => Math.round(v + (b[i] - v) * t)).join()})`;
  let solid = [], tint = [], faint = [];
  function readColours() {
    const s = getComputedStyle(document.documentElement), get = (v) => s.getPropertyValue(v).trim();
    css = { land: get('--land'), grid: get('--grid'), ink: get('--ink'), soft: get('--soft'), card: get('--card') };
    const land = rgb(css.land), blend = +get('--blend');
    solid = D.reps.map((r) => r.colour);
    tint = D.reps.map((r) => mix(rgb(r.colour), land, blend));
    faint = D.reps.map((r) => mix(rgb(r.colour), land, 0.86));
  }

  // ---- neighbourhoods: Voronoi cells, cut off at a radius -----------------
  // Everything here is in map units and done once.
  const order = [...D.w.keys()].sort((a, b) => D.w[b] - D.w[a] || a - b);
  const cellSize = Math.max(1, Math.sqrt(Math.max(1, D.width) * Math.max(1, D.height) / Math.max(1, n)));
  const buckets = new Map();
  const key = (cx, cy) => cx * 65536 + cy;
  for (let i = 0; i < n; i++) {
    const k = key(Math.floor(D.x[i] / cellSize) + 8192, Math.floor(D.y[i] / cellSize) + 8192);
    if (!buckets.has(k)) buckets.set(k, []);
    buckets.get(k).push(i);
  }
  function near(x, y, r) {
    const out = [], c = cellSize;
    for (let cx = Math.floor((x - r) / c); cx <= Math.floor((x + r) / c); cx++)
      for (let cy = Math.floor((y - r) / c); cy <= Math.floor((y + r) / c); cy++) {
        const b = buckets.get(key(cx + 8192, cy + 8192));
        if (b) for (const i of b) {
          const d = Math.hypot(D.x[i] - x, D.y[i] - y);
          if (d <= r) out.push([d, i]);
        }
      }
    return out.sort((a, b) => a[0] - b[0] || a[1] - b[1]);
  }
  function spacing() { // typical distance to the nearest other customer
    const d = [];
    for (let i = 0; i < n; i += Math.max(1, Math.floor(n / 500))) {
      for (let r = cellSize; r < 64 * cellSize; r *= 2) {
        const other = near(D.x[i], D.y[i], r).find((e) => e[0] > 0);
        if (other) { d.push(other[0]); break; }
      }
    }
    d.sort((a, b) => a - b);
    return d.length ? d[Math.floor(d.length * 0.8)] : 1000;
  }
  const reach = Math.min(Math.max(spacing() * 1.8, 120), 1800);
  const CORNERS = n > 3000 ? 20 : 40;
  const cells = new Array(n);
  for (let i = 0; i < n; i++) {
    let xs = [], ys = [], tag = []; // tag[e]: the customer beyond the edge from corner e, or -1
    for (let a = 0; a < CORNERS; a++) {
      xs.push(Math.cos(2 * Math.PI * a / CORNERS) * reach);
      ys.push(Math.sin(2 * Math.PI * a / CORNERS) * reach);
      tag.push(-1);
    }
    // Neighbours in growing rings, until none further out can cut the cell.
    let done = 0;
    for (let ring = reach / 4; ; ring *= 2) {
      for (const [d, j] of near(D.x[i], D.y[i], ring)) {
        if (d <= done) continue;
        const nx = D.x[j] - D.x[i], ny = D.y[j] - D.y[i], half = d * d / 2;
        const ox = [], oy = [], ot = [];
        let cut = false;
        for (let a = 0; a < xs.length; a++) {
          const b = (a + 1) % xs.length;
          const sa = xs[a] * nx + ys[a] * ny - half, sb = xs[b] * nx + ys[b] * ny - half;
          if (sa <= 0) { ox.push(xs[a]); oy.push(ys[a]); ot.push(tag[a]); }
          if ((sa <= 0) !== (sb <= 0)) {
            cut = true;
            const t = sa / (sa - sb);
            ox.push(xs[a] + (xs[b] - xs[a]) * t); oy.push(ys[a] + (ys[b] - ys[a]) * t);
            ot.push(sa <= 0 ? j : tag[a]);
          }
        }
        if (cut) { xs = ox; ys = oy; tag = ot; }
      }
      let far = 0;
      for (let a = 0; a < xs.length; a++) far = Math.max(far, Math.hypot(xs[a], ys[a]));
      if (2 * far <= ring) break;
      done = ring;
    }
    cells[i] = { xs, ys, tag };
  }
  function trace(path, i) {
    const c = cells[i];
    for (let a = 0; a < c.xs.length; a++) {
      const x = D.x[i] + c.xs[a], y = D.y[i] + c.ys[a];
      if (a) path.lineTo(x, y); else path.moveTo(x, y);
    }
    path.closePath();
  }
  const shapes = {};
  function shapesOf(which) {
    if (shapes[which]) return shapes[which];
    const of = which === 'after' ? D.owner : D.was;
    const areas = D.reps.map(() => new Path2D()), borders = new Path2D();
    for (let i = 0; i < n; i++) {
      if (of[i] < 0) continue;
      trace(areas[of[i]], i);
      const c = cells[i];
      for (let a = 0; a < c.xs.length; a++) {
        const j = c.tag[a];
        if (j < 0 || of[j] === of[i] || j < i && of[j] >= 0) continue;
        const b = (a + 1) % c.xs.length;
        borders.moveTo(D.x[i] + c.xs[a], D.y[i] + c.ys[a]);
        borders.lineTo(D.x[i] + c.xs[b], D.y[i] + c.ys[b]);
      }
    }
    return shapes[which] = { areas, borders };
  }

  // ---- drawing -----------------------------------------------------------
  const wmax = D.w.reduce((a, b) => Math.max(a, b), 1e-300);
  const zoomed = () => view.k / fit;
  // The largest point: so that all of them cover an eighth of the map at most.
  const wsum = D.w.reduce((a, b) => a + b, 0) / wmax;
  const largest = () => Math.min(17, W / 60 + 4, Math.max(3, Math.sqrt(W * H / 8 / Math.PI / Math.max(wsum, 1))));
  const radius = (i) => Math.max(1.5, Math.sqrt(D.w[i] / wmax) * largest()) * Math.pow(zoomed(), 0.35);
  // A home that is a customer's place as well is a ring around that customer.
  const homeOf = D.reps.map((r) => order.find((i) => D.x[i] === r.x && D.y[i] === r.y));
  const homeRadius = (j) => homeOf[j] === undefined ? 5.5 : Math.max(5.5, radius(homeOf[j]));
  const sx = (x) => x * view.k + view.x, sy = (y) => y * view.k + view.y;
  let pending = false;
  function draw() { if (!pending) { pending = true; requestAnimationFrame(paint); } }

  function paint() {
    pending = false;
    const focus = rep >= 0 ? rep : shown >= 0 && pinned >= 0 ? owners[shown] : -1;
    ctx.setTransform(dpr, 0, 0, dpr, 0, 0);
    ctx.fillStyle = css.land;
    ctx.fillRect(0, 0, W, H);

    ctx.strokeStyle = css.grid; ctx.lineWidth = 1;
    ctx.beginPath();
    for (const g of D.grid) for (let a = 0; a < g.points.length; a += 2) {
      const x = sx(g.points[a]), y = sy(g.points[a + 1]);
      if (a) ctx.lineTo(x, y); else ctx.moveTo(x, y);
    }
    ctx.stroke();

    // Territories. The stroke in the same colour closes the seams between cells.
    const s = shapesOf(mode);
    ctx.setTransform(dpr * view.k, 0, 0, dpr * view.k, dpr * view.x, dpr * view.y);
    ctx.lineWidth = 0.8 / view.k;
    if (fade < 1) {
      for (let i = 0; i < n; i++) {
        const a = fadeFrom[i], b = owners[i];
        const from = a < 0 ? rgb(css.land) : rgb2(tint[a]), to = b < 0 ? rgb(css.land) : rgb2(tint[b]);
        ctx.fillStyle = ctx.strokeStyle = mix(from, to, fade);
        ctx.beginPath(); trace(ctx, i); ctx.fill(); ctx.stroke();
      }
    } else {
      for (let j = 0; j < m; j++) {
        ctx.fillStyle = ctx.strokeStyle = focus < 0 || j === focus ? tint[j] : faint[j];
        ctx.fill(s.areas[j]); ctx.stroke(s.areas[j]);
      }
    }
    ctx.strokeStyle = css.land; ctx.lineWidth = 2 / view.k; ctx.lineCap = 'round';
    ctx.stroke(s.borders);
    ctx.setTransform(dpr, 0, 0, dpr, 0, 0);

    // Ways of the selected sales person.
    if (focus >= 0) {
      const h = D.reps[focus];
      ctx.strokeStyle = solid[focus]; ctx.lineWidth = 1; ctx.globalAlpha = 0.55;
      ctx.beginPath();
      for (let i = 0; i < n; i++) if (owners[i] === focus) { ctx.moveTo(sx(h.x), sy(h.y)); ctx.lineTo(sx(D.x[i]), sy(D.y[i])); }
      ctx.stroke(); ctx.globalAlpha = 1;
    }

    // Customers, the large ones first so that no small one is hidden.
    for (const i of order) {
      const x = sx(D.x[i]), y = sy(D.y[i]), r = radius(i);
      if (x < -r || y < -r || x > W + r || y > H + r) continue;
      const o = owners[i];
      ctx.beginPath(); ctx.arc(x, y, r, 0, 7);
      ctx.globalAlpha = focus >= 0 && o !== focus ? 0.25 : 1;
      if (o < 0) { ctx.fillStyle = css.card; ctx.strokeStyle = css.soft; } else { ctx.fillStyle = solid[o]; ctx.strokeStyle = css.card; }
      ctx.fill();
      ctx.lineWidth = r > 3 ? 1 : 0.5; ctx.stroke();
    }
    ctx.globalAlpha = 1;
    for (let j = 0; j < m; j++) {
      const h = D.reps[j], x = sx(h.x), y = sy(h.y);
      ctx.globalAlpha = focus >= 0 && j !== focus ? 0.45 : 1;
      ctx.beginPath(); ctx.arc(x, y, homeRadius(j), 0, 7);
      ctx.fillStyle = solid[j]; ctx.fill();
      ctx.lineWidth = 4; ctx.strokeStyle = css.card; ctx.stroke();
      ctx.lineWidth = 2; ctx.strokeStyle = css.ink; ctx.stroke();
    }
    ctx.globalAlpha = 1;

    // The way to the owner, solid, and to the runner-up, dashed.
    if (shown >= 0) {
      const x = sx(D.x[shown]), y = sy(D.y[shown]);
      const way = (j, dash) => {
        if (j < 0) return;
        ctx.setLineDash(dash); ctx.lineWidth = 2.2; ctx.strokeStyle = css.ink;
        ctx.beginPath(); ctx.moveTo(x, y); ctx.lineTo(sx(D.reps[j].x), sy(D.reps[j].y)); ctx.stroke(); ctx.setLineDash([]);
      };
      way(owners[shown], []);
      if (mode === 'after') way(D.runner[shown], [2, 5]);
      ctx.beginPath(); ctx.arc(x, y, radius(shown) + 2.5, 0, 7);
      ctx.lineWidth = 2; ctx.strokeStyle = css.ink; ctx.stroke();
    }
    labels(focus);
    scaleBar();
  }
  const rgb2 = (c) => c.match(/\d+/g).map(Number);

  function labels(focus) {
    const boxes = [[W - 134, H - 54, W, H]]; // the zoom buttons; then what is taken
    const family = getComputedStyle(document.body).fontFamily;
    ctx.textBaseline = 'middle'; ctx.lineJoin = 'round';
    const put = (text, x, y, off, font, colour) => {
      if (x < 0 || y < 0 || x > W || y > H) return;
      ctx.font = font + ' ' + family;
      const w = ctx.measureText(text).width, h = 15;
      for (const [dx, dy] of [[off, 0], [-off - w, 0], [-w / 2, -off - 7], [-w / 2, off + 7]]) {
        const b = [x + dx - 2, y + dy - h / 2, x + dx + w + 2, y + dy + h / 2];
        if (b[0] < 2 || b[2] > W - 2 || b[1] < 2 || b[3] > H - 2) continue;
        if (boxes.some((o) => b[0] < o[2] && b[2] > o[0] && b[1] < o[3] && b[3] > o[1])) continue;
        boxes.push(b);
        ctx.lineWidth = 3.5; ctx.strokeStyle = css.card; ctx.strokeText(text, x + dx, y + dy);
        ctx.fillStyle = colour; ctx.fillText(text, x + dx, y + dy);
        return;
      }
    };
    const homes = D.reps.map((_, j) => j);
    if (focus >= 0) homes.sort((a, b) => (b === focus) - (a === focus));
    if (shown >= 0) put(D.name[shown], sx(D.x[shown]), sy(D.y[shown]), radius(shown) + 7, '700 13px', css.ink);
    for (const j of homes) boxes.push([sx(D.reps[j].x) - 6, sy(D.reps[j].y) - 6, sx(D.reps[j].x) + 6, sy(D.reps[j].y) + 6]);
    for (const j of homes) put(D.reps[j].name, sx(D.reps[j].x), sy(D.reps[j].y), homeRadius(j) + 4, '600 12px', css.ink);
    let more = Math.floor((zoomed() - 1.4) * 30);
    const named = new Set([shown, ...homeOf]);
    for (const i of order) {
      if (more <= 0) break;
      if (named.has(i)) continue;
      const x = sx(D.x[i]), y = sy(D.y[i]);
      if (x < 0 || y < 0 || x > W || y > H) continue;
      more--;
      put(D.name[i], x, y, radius(i) + 4, '400 11px', css.soft);
    }
    // Degrees, along the edges.
    ctx.font = '400 10.5px ' + family; ctx.fillStyle = css.soft;
    for (const g of D.grid) {
      const at = g.meridian ? cross(g.points, 1, H - 9) : cross(g.points, 0, 8);
      if (at === null || g.meridian && (at < 150 || at > W - 70) || !g.meridian && (at < 12 || at > H - 40)) continue;
      const w = ctx.measureText(g.label).width;
      const [x, y] = g.meridian ? [at - w / 2, H - 9] : [8, at];
      if (!boxes.some((o) => x < o[2] && x + w > o[0] && y - 6 < o[3] && y + 6 > o[1])) {
        ctx.lineWidth = 3; ctx.strokeStyle = css.land; ctx.strokeText(g.label, x, y); ctx.fillText(g.label, x, y);
      }
    }
  }
  // cross is where a line of the graticule meets x = at (axis 0) or y = at (axis 1), on screen.
  function cross(p, axis, at) {
    for (let a = 0; a + 3 < p.length; a += 2) {
      const u = axis ? [sy(p[a + 1]), sx(p[a])] : [sx(p[a]), sy(p[a + 1])];
      const v = axis ? [sy(p[a + 3]), sx(p[a + 2])] : [sx(p[a + 2]), sy(p[a + 3])];
      if ((u[0] <= at) !== (v[0] <= at)) return u[1] + (v[1] - u[1]) * (at - u[0]) / (v[0] - u[0]);
    }
    return null;
  }
  function nice(x) { // the largest 1, 2 or 5 times a power of ten that is not above x
    const p = Math.pow(10, Math.floor(Math.log10(x)));
    return (x / p >= 5 ? 5 : x / p >= 2 ? 2 : 1) * p;
  }
  function scaleBar() {
    const km = nice(Math.min(150, W / 4) * D.km / view.k), el = $('#scale');
    el.style.width = km / D.km * view.k + 'px';
    el.textContent = km >= 1 ? km + ' km' : Math.round(km * 1000) + ' m';
  }

  // ---- moving ------------------------------------------------------------
  function resize() {
    const r = canvas.getBoundingClientRect(), was = fit;
    dpr = Math.min(window.devicePixelRatio || 1, 3);
    const keep = W ? { x: (W / 2 - view.x) / view.k, y: (H / 2 - view.y) / view.k, z: view.k / was } : null;
    W = r.width; H = r.height;
    canvas.width = Math.round(W * dpr); canvas.height = Math.round(H * dpr);
    const pad = Math.min(46, W / 16);
    fit = Math.min((W - 2 * pad) / Math.max(1, D.width), (H - 2 * pad) / Math.max(1, D.height));
    if (keep && keep.z > 1.001) { view.k = fit * keep.z; view.x = W / 2 - keep.x * view.k; view.y = H / 2 - keep.y * view.k; } else whole();
    sizes(); draw();
  }
  function whole() {
    view = { k: fit, x: (W - D.width * fit) / 2, y: (H - D.height * fit) / 2 };
    canvas.style.touchAction = 'pan-y';
  }
  function zoom(f, px, py) {
    const k = Math.min(Math.max(view.k * f, fit), fit * 60);
    if (k <= fit * 1.0001) { whole(); draw(); return; }
    view.x = px - (px - view.x) * k / view.k; view.y = py - (py - view.y) * k / view.k; view.k = k;
    hold(); canvas.style.touchAction = 'none'; draw();
  }
  function hold() { // some of the map stays in view
    view.x = Math.min(Math.max(view.x, W / 2 - D.width * view.k), W / 2);
    view.y = Math.min(Math.max(view.y, H / 2 - D.height * view.k), H / 2);
  }
  function pick(px, py) {
    const x = (px - view.x) / view.k, y = (py - view.y) / view.k;
    const found = near(x, y, Math.max(reach, 22 / view.k));
    // A large point is hit anywhere on its disc.
    const hit = found.find(([d, i]) => d * view.k <= radius(i));
    return hit ? hit[1] : found.length ? found[0][1] : -1;
  }

  const fingers = new Map();
  let moved = 0, pinch = 0;
  const local = (e) => { const r = canvas.getBoundingClientRect(); return [e.clientX - r.left, e.clientY - r.top]; };
  canvas.addEventListener('pointerdown', (e) => {
    fingers.set(e.pointerId, local(e)); moved = 0; pinch = 0;
    if (e.pointerType === 'mouse' || zoomed() > 1.001) canvas.setPointerCapture(e.pointerId);
  });
  canvas.addEventListener('pointermove', (e) => {
    const p = local(e), was = fingers.get(e.pointerId);
    if (!was) { if (e.pointerType === 'mouse' && pinned < 0) show(pick(...p)); return; }
    fingers.set(e.pointerId, p);
    if (fingers.size === 2) {
      const [a, b] = [...fingers.values()], d = Math.hypot(a[0] - b[0], a[1] - b[1]);
      if (pinch) zoom(d / pinch, (a[0] + b[0]) / 2, (a[1] + b[1]) / 2);
      pinch = d; moved = 99;
    } else if (zoomed() > 1.001 || e.pointerType === 'mouse') {
      moved += Math.hypot(p[0] - was[0], p[1] - was[1]);
      if (moved > 4) { view.x += p[0] - was[0]; view.y += p[1] - was[1]; hold(); draw(); }
    }
  });
  const up = (e) => {
    const tap = fingers.has(e.pointerId) && fingers.size === 1 && moved <= 6 && e.type === 'pointerup';
    fingers.delete(e.pointerId);
    if (!tap) return;
    const i = pick(...local(e));
    if (i < 0 || i === pinned) choose(-1); else select(i);
  };
  canvas.addEventListener('pointerup', up);
  canvas.addEventListener('pointercancel', up);
  canvas.addEventListener('pointerleave', (e) => { if (e.pointerType === 'mouse' && pinned < 0) show(-1); });
  canvas.addEventListener('wheel', (e) => {
    if (!e.ctrlKey && !e.metaKey) return; // the wheel alone scrolls the page
    e.preventDefault();
    zoom(Math.exp(-Math.max(-60, Math.min(60, e.deltaY)) * 0.01), ...local(e));
  }, { passive: false });
  canvas.addEventListener('dblclick', (e) => zoom(2, ...local(e)));
  canvas.addEventListener('keydown', (e) => {
    const step = { ArrowLeft: [60, 0], ArrowRight: [-60, 0], ArrowUp: [0, 60], ArrowDown: [0, -60] }[e.key];
    if (step) { view.x += step[0]; view.y += step[1]; hold(); draw(); }
    else if (e.key === '+' || e.key === '=') zoom(1.5, W / 2, H / 2);
    else if (e.key === '-') zoom(1 / 1.5, W / 2, H / 2);
    else if (e.key === '0') { whole(); draw(); }
    else if (e.key === 'Escape') { choose(-1); select(-1); }
    else return;
    e.preventDefault();
  });
  for (const b of document.querySelectorAll('[data-zoom]')) b.addEventListener('click', () => {
    if (b.dataset.zoom === 'fit') { whole(); draw(); } else zoom(b.dataset.zoom === 'in' ? 1.7 : 1 / 1.7, W / 2, H / 2);
  });

  // ---- the detail card ----------------------------------------------------
  const make = (tag, text, cls) => { const e = document.createElement(tag); if (text !== undefined) e.textContent = text; if (cls) e.className = cls; return e; };
  const km = (x) => (x < 9.95 ? x.toFixed(1) : Math.round(x).toLocaleString('en')) + ' km';
  function amount(x) {
    for (const [p, s] of [[1e12, ' T'], [1e9, ' G'], [1e6, ' M']]) if (Math.abs(x) >= 0.99995 * p) return (x / p).toPrecision(4) + s;
    return Math.abs(x) >= 1000 ? Math.round(x).toLocaleString('en') : String(+x.toPrecision(4));
  }
  const hint = [...detail.childNodes];
  function show(i) {
    if (i === shown) return;
    shown = i;
    card(); draw();
  }
  function card() {
    const i = shown;
    detail.classList.toggle('open', pinned >= 0 || rep >= 0);
    if (i < 0) {
      if (rep >= 0) return repCard();
      detail.replaceChildren(...hint); return;
    }
    const h = make('h2', D.name[i] + ' ');
    if (D.alt[i]) h.append(make('small', D.alt[i]));
    const o = owners[i], parts = [h, make('p', D.work === 'people' ? amount(D.w[i]) + ' people' : D.work + ' ' + amount(D.w[i]), 'soft')];
    const who = make('p', undefined, 'owner');
    if (o < 0) who.append('nobody');
    else { const dot = make('i'); dot.style.background = solid[o]; who.append(dot, D.reps[o].name + (mode === 'after' ? ', ' + km(D.kmOwner[i]) : '')); }
    parts.push(who);
    if (mode === 'after') {
      const q = D.nearest[i], r = D.runner[i];
      if (D.why[i]) {
        const why = ['', ', but full: this customer would take it above its limit.', ', but the owner would be below its limit without this customer.', ', but its room is worth more to other customers.'][D.why[i]];
        parts.push(make('p', 'Nearest: ' + D.reps[q].name + ', ' + km(D.kmNearest[i]) + why));
      } else parts.push(make('p', 'The nearest of all.'));
      if (r >= 0) parts.push(make('p', 'Runner-up: ' + D.reps[r].name + ', ' + km(D.kmRunner[i]) + ', would cost ' + amount(Math.abs(D.extra[i])) + ' ' + D.cost + (D.extra[i] < 0 ? ' less.' : ' more.')));
      if (D.was[i] !== o) parts.push(make('p', D.before[0].toUpperCase() + D.before.slice(1) + ': ' + (D.was[i] < 0 ? 'nobody' : D.reps[D.was[i]].name), 'soft'));
    } else if (D.owner[i] !== o) parts.push(make('p', 'Balanced: ' + D.reps[D.owner[i]].name + ', ' + km(D.kmOwner[i]), 'soft'));
    detail.replaceChildren(closer(), ...parts);
  }
  function closer() {
    const b = make('button', '×', 'close');
    b.type = 'button'; b.setAttribute('aria-label', 'Close');
    b.addEventListener('click', () => choose(-1));
    return b;
  }
  function repCard() {
    const r = D.reps[rep], a = mode === 'after' ? 1 : 0;
    const h = make('h2', r.name + ' ');
    if (r.alt) h.append(make('small', r.alt));
    const who = make('p', undefined, 'owner'), dot = make('i');
    dot.style.background = solid[rep];
    who.append(dot, r.load[a] + ' ' + D.work + ', ' + r.dev[a]);
    detail.replaceChildren(closer(), h, make('p', 'sales person', 'soft'), who,
      make('p', r.units[a].toLocaleString('en') + (r.units[a] === 1 ? ' customer' : ' customers')),
      make('p', 'Allowed: ' + r.range + ' ' + D.work, 'soft'));
  }
  function select(i) {
    pinned = i;
    if (i >= 0) { rep = -1; mark(); }
    shown = -2; show(i);
  }
  function choose(j) {
    rep = j; pinned = -1; shown = -1; mark(); card(); draw();
  }
  function mark() {
    for (const r of rows) {
      const on = +r.dataset.rep === rep;
      r.classList.toggle('on', on);
      r.querySelector('button').setAttribute('aria-pressed', on);
    }
  }
  for (const r of rows) r.querySelector('button').addEventListener('click', () => choose(rep === +r.dataset.rep ? -1 : +r.dataset.rep));
  function goTo(i) {
    const z = Math.max(zoomed(), 2.6);
    view.k = fit * z; view.x = W / 2 - D.x[i] * view.k; view.y = H / 2 - D.y[i] * view.k;
    hold(); canvas.style.touchAction = 'none'; select(i);
  }
  for (const b of document.querySelectorAll('[data-unit]')) b.addEventListener('click', () => {
    setMode('after'); goTo(+b.dataset.unit);
    canvas.scrollIntoView({ block: 'center', behavior: calm() ? 'auto' : 'smooth' });
  });

  // ---- before and after -----------------------------------------------------
  const calm = () => matchMedia('(prefers-reduced-motion: reduce)').matches;
  function setMode(to) {
    if (to === mode) return;
    fadeFrom = owners; mode = to; owners = to === 'after' ? D.owner : D.was;
    document.body.dataset.mode = to;
    $(`input[value=${to}]`).checked = true;
    card();
    if (calm() || n > 4000) { fade = 1; draw(); return; }
    const start = performance.now();
    const tick = (now) => { fade = Math.min(1, Math.max(0, (now - start) / 450)); draw(); if (fade < 1) requestAnimationFrame(tick); };
    requestAnimationFrame(tick);
  }
  for (const input of document.querySelectorAll('input[name=mode]')) input.addEventListener('change', () => setMode(input.value));

  // ---- search ----------------------------------------------------------------
  const find = $('#find'), list = $('#found');
  const plain = (s) => s.normalize('NFD').replace(/[\u0300-\u036f'’]/g, '').toLowerCase();
  const haystack = D.name.map((s, i) => plain(s) + '\n' + plain(D.alt[i]));
  let matches = [], cursor = 0;
  function closeList() { list.hidden = true; find.setAttribute('aria-expanded', 'false'); find.removeAttribute('aria-activedescendant'); }
  function searchNow() {
    const q = plain(find.value.trim());
    matches = [];
    if (q) {
      for (const test of [(h) => h.startsWith(q), (h) => h.includes('\n' + q), (h) => h.includes(q)])
        for (const i of order) if (matches.length < 8 && !matches.includes(i) && test(haystack[i])) matches.push(i);
    }
    cursor = 0;
    list.replaceChildren(...matches.map((i, a) => {
      const li = make('li', D.name[i] + ' ');
      li.id = 'found-' + a; li.setAttribute('role', 'option');
      if (D.alt[i]) li.append(make('small', D.alt[i]));
      li.addEventListener('pointerdown', (e) => { e.preventDefault(); take(a); });
      return li;
    }));
    if (q && !matches.length) list.append(make('li', 'nothing found'));
    if (!q) return closeList();
    list.hidden = false; find.setAttribute('aria-expanded', 'true'); point();
  }
  function point() {
    [...list.children].forEach((li, a) => li.setAttribute('aria-selected', a === cursor && matches.length > 0));
    if (matches.length) find.setAttribute('aria-activedescendant', 'found-' + cursor);
  }
  function take(a) {
    if (a >= matches.length) return;
    find.value = D.name[matches[a]]; closeList(); goTo(matches[a]);
  }
  find.addEventListener('input', searchNow);
  find.addEventListener('keydown', (e) => {
    if (e.key === 'ArrowDown' || e.key === 'ArrowUp') {
      if (matches.length) { cursor = (cursor + (e.key === 'ArrowDown' ? 1 : matches.length - 1)) % matches.length; point(); }
      e.preventDefault();
    } else if (e.key === 'Enter') { take(cursor); e.preventDefault(); } else if (e.key === 'Escape') closeList();
  });
  find.addEventListener('blur', closeList);

  // ---- legend, theme, start --------------------------------------------------
  function sizes() { // circles for two round workloads
    const big = nice(wmax), out = [];
    for (const v of [big / 10, big]) {
      const r = Math.max(1.5, Math.sqrt(v / wmax) * largest());
      const dot = make('i', undefined, 'dot');
      dot.style.width = dot.style.height = 2 * r + 'px';
      out.push(dot, amount(v).replace(/\.0+(?= )/, '') + (v === big ? ' ' + D.work : ''));
    }
    $('#sizes').replaceChildren(...out);
  }
  $('#theme').addEventListener('click', () => {
    const root = document.documentElement;
    const dark = root.dataset.theme ? root.dataset.theme === 'dark' : matchMedia('(prefers-color-scheme: dark)').matches;
    root.dataset.theme = dark ? 'light' : 'dark';
    readColours(); draw();
  });
  matchMedia('(prefers-color-scheme: dark)').addEventListener('change', () => { readColours(); draw(); });
  readColours();
  new ResizeObserver(resize).observe(canvas);
  resize();
})();
