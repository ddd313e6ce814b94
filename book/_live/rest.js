/* The rest of the whole brain and its connectivity, as `settle` and `connectivity` of
   ketanet.whole_brain find them. The constants come from there; a test holds both together. */
const wholeBrain = (constants) => {
  const { J_NMDA, W_PLUS, TAU_E, TAU_I, GAMMA, I_0, W_E, W_I, TARGET_CURRENT, FREQUENCY } = constants;
  const { EXCITATORY, INHIBITORY } = constants;
  const rate = ({ a, b, d }, current) => {
    const drive = a * current - b;
    return Math.abs(drive) < 1e-9 ? 1 / d : drive / -Math.expm1(-d * drive);
  };
  const slope = ({ a, b, d }, current) => {
    const drive = d * (a * current - b);
    if (Math.abs(drive) < 1e-4) return a * (0.5 + drive / 6);
    const rest = -Math.expm1(-drive);
    return (a * (1 - (drive * Math.exp(-drive)) / rest)) / rest;
  };
  const row = (size, value = () => 0) => Float64Array.from({ length: size }, (_, k) => value(k));
  const table = (size, value) => Array.from({ length: size }, (_, k) => row(size, (m) => value(k, m)));

  /* Inhibition that makes every region fire at the wanted rate without the drug. */
  const tuned = (fibres, coupling) => {
    const wanted = rate(EXCITATORY, TARGET_CURRENT);
    const e = (TAU_E * GAMMA * wanted) / (1 + TAU_E * GAMMA * wanted);
    const drive = W_I * I_0 + J_NMDA * e;
    let [low, high] = [0, drive];
    for (let k = 0; k < 100; k++) {
      const middle = (low + high) / 2;
      if (drive - TAU_I * rate(INHIBITORY, middle) > middle) low = middle;
      else high = middle;
    }
    const i = TAU_I * rate(INHIBITORY, low);
    const inhibition = Float64Array.from(fibres, (from) => {
      const nmda = W_PLUS + coupling * from.reduce((sum, one) => sum + one);
      return (W_E * I_0 + J_NMDA * nmda * e - TARGET_CURRENT) / i;
    });
    return { inhibition, gatingE: row(fibres.length, () => e), gatingI: row(fibres.length, () => i) };
  };

  /* Changes per s, and the Jacobian: three of its four blocks are diagonal. */
  const around = ({ toE, toI, inhibition, gatingE, gatingI }) => {
    const size = gatingE.length;
    const found = { changeE: row(size), changeI: row(size), gainE: row(size), leakE: row(size), ei: row(size), ie: row(size), ii: row(size) };
    for (let k = 0; k < size; k++) {
      let intoE = W_E * I_0 - inhibition[k] * gatingI[k];
      for (let m = 0; m < size; m++) intoE += toE[k][m] * gatingE[m];
      const intoI = W_I * I_0 + toI * gatingE[k] - gatingI[k];
      const rateE = rate(EXCITATORY, intoE);
      const gainI = slope(INHIBITORY, intoI);
      found.changeE[k] = -gatingE[k] / TAU_E + (1 - gatingE[k]) * GAMMA * rateE;
      found.changeI[k] = -gatingI[k] / TAU_I + rate(INHIBITORY, intoI);
      found.gainE[k] = (1 - gatingE[k]) * GAMMA * slope(EXCITATORY, intoE);
      found.leakE[k] = 1 / TAU_E + GAMMA * rateE;
      found.ei[k] = -found.gainE[k] * inhibition[k];
      found.ie[k] = gainI * toI;
      found.ii[k] = -1 / TAU_I - gainI;
    }
    return found;
  };

  /* Gauss's elimination, in place. */
  const solve = (rows, right) => {
    const size = right.length;
    for (let k = 0; k < size; k++) {
      let best = k;
      for (let m = k + 1; m < size; m++) if (Math.abs(rows[m][k]) > Math.abs(rows[best][k])) best = m;
      [rows[k], rows[best], right[k], right[best]] = [rows[best], rows[k], right[best], right[k]];
      for (let m = k + 1; m < size; m++) {
        const much = rows[m][k] / rows[k][k];
        for (let n = k; n < size; n++) rows[m][n] -= much * rows[k][n];
        right[m] -= much * right[k];
      }
    }
    for (let k = size - 1; k >= 0; k--) {
      for (let n = k + 1; n < size; n++) right[k] -= rows[k][n] * right[n];
      right[k] /= rows[k][k];
    }
    return right;
  };

  const weights = (fibres, coupling, onE, onI) => ({
    toE: table(fibres.length, (k, m) => J_NMDA * (1 - onE) * (W_PLUS * (k === m) + coupling * fibres[k][m])),
    toI: J_NMDA * (1 - onI),
  });

  /* Where the brain comes to rest, left to itself with the drug: implicit Euler steps that grow. */
  const settle = (fibres, coupling, onE = 0, onI = 0) => {
    const state = { ...tuned(fibres, coupling), ...weights(fibres, coupling, onE, onI) };
    const size = fibres.length;
    let time = 0.02;
    while (time < 1e9) {
      const { changeE, changeI, gainE, leakE, ei, ie, ii } = around(state);
      const left = row(size, (k) => 1 / time - ii[k]);
      const rows = table(size, (k, m) =>
        (k === m ? 1 / time + leakE[k] - (ei[k] * ie[k]) / left[k] : 0) - gainE[k] * state.toE[k][m]);
      const moveE = solve(rows, row(size, (k) => changeE[k] + (ei[k] * changeI[k]) / left[k]));
      const most = moveE.reduce((far, one) => Math.max(far, Math.abs(one)), 0);
      if (most > 0.01 && time > 1e-3) {
        time /= 4; // so far that it might come to another rest than the brain would
        continue;
      }
      for (let k = 0; k < size; k++) {
        state.gatingE[k] += moveE[k];
        state.gatingI[k] += (changeI[k] + ie[k] * moveE[k]) / left[k];
      }
      if (most < 1e-14) break;
      time *= most < 0.002 ? 2 : 1;
    }
    const { gatingE } = state;
    state.rateE = row(size, (k) => gatingE[k] / (1 - gatingE[k]) / (TAU_E * GAMMA)); // at rest
    return state;
  };

  /* Correlations of E at a slow frequency. I is put into the equations of E: a complex system. */
  const connectivity = (state) => {
    const size = state.gatingE.length;
    const turn = 2 * Math.PI * FREQUENCY;
    const { gainE, leakE, ei, ie, ii } = around(state);
    const share = ii.map((one) => one * one + turn * turn);
    const real = table(size, (k, m) =>
      gainE[k] * state.toE[k][m] - (k === m ? leakE[k] + (ei[k] * ie[k] * ii[k]) / share[k] : 0));
    const other = table(size, (k, m) => (k === m ? -turn - (ei[k] * ie[k] * turn) / share[k] : 0));
    const [x, y] = inverse(real, other);
    const noise = row(size, (k) => 1 + (ei[k] * ei[k]) / share[k]); // its own, and that of its I
    const spectrum = table(size, () => 0);
    for (let k = 0; k < size; k++)
      for (let m = 0; m <= k; m++) {
        let sum = 0;
        for (let n = 0; n < size; n++) sum += (x[k][n] * x[m][n] + y[k][n] * y[m][n]) * noise[n];
        spectrum[k][m] = spectrum[m][k] = sum;
      }
    return table(size, (k, m) => spectrum[k][m] / Math.sqrt(spectrum[k][k] * spectrum[m][m]));
  };

  /* Of a complex matrix, by the method of Gauss and Jordan; the matrix is lost. */
  const inverse = (a, b) => {
    const size = a.length;
    const x = table(size, (k, m) => +(k === m));
    const y = table(size, () => 0);
    for (let k = 0; k < size; k++) {
      let best = k;
      for (let m = k + 1; m < size; m++)
        if (Math.hypot(a[m][k], b[m][k]) > Math.hypot(a[best][k], b[best][k])) best = m;
      for (const one of [a, b, x, y]) [one[k], one[best]] = [one[best], one[k]];
      const whole = a[k][k] ** 2 + b[k][k] ** 2;
      const [p, q] = [a[k][k] / whole, -b[k][k] / whole];
      for (const [u, v] of [[a[k], b[k]], [x[k], y[k]]])
        for (let n = 0; n < size; n++) [u[n], v[n]] = [u[n] * p - v[n] * q, u[n] * q + v[n] * p];
      for (let m = 0; m < size; m++) {
        const [r, s] = [a[m][k], b[m][k]];
        if (m === k || (r === 0 && s === 0)) continue;
        const [am, bm, xm, ym, ak, bk, xk, yk] = [a[m], b[m], x[m], y[m], a[k], b[k], x[k], y[k]];
        for (let n = 0; n < size; n++) {
          am[n] -= r * ak[n] - s * bk[n];
          bm[n] -= r * bk[n] + s * ak[n];
          xm[n] -= r * xk[n] - s * yk[n];
          ym[n] -= r * yk[n] + s * xk[n];
        }
      }
    }
    return [x, y];
  };

  /* Fisher's mean of some pairs of a matrix of correlations. */
  const mean = (matrix, pairs) => Math.tanh(pairs.reduce((sum, [k, m]) => sum + Math.atanh(matrix[k][m]), 0) / pairs.length);
  const within = (matrix, places) => mean(matrix, places.flatMap((k, n) => places.slice(n + 1).map((m) => [k, m])));
  const between = (matrix, places, others) => mean(matrix, places.flatMap((k) => others.map((m) => [k, m])));
  const globalConnectivity = (matrix, k) => mean(matrix, [...matrix.keys()].filter((m) => m !== k).map((m) => [k, m]));

  return { tuned, weights, settle, connectivity, within, between, globalConnectivity };
};
