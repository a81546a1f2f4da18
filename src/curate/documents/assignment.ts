import { ShapeError } from "../../platform/error.ts";

/**
 * The cheapest way to give each row a column of its own (linear assignment): the sum of the chosen costs is the least possible. Where
 * there are more rows than columns, the rows that are best left out go without.
 *
 * Shortest augmenting paths with potentials (Jonker and Volgenant's method without its initial heuristics): O(rows² · columns) for
 * rows <= columns.
 *
 * @param cost `[rows, columns]`, row-major, finite
 * @returns    the column of each row, -1 for a row without
 * @throws {ShapeError} ASSIGNMENT_SIZE, ASSIGNMENT_NOT_FINITE
 * @see Jonker and Volgenant 1987, https://doi.org/10.1007/BF02278710; Crouse 2016, https://doi.org/10.1109/TAES.2016.140952
 */
export function assign(cost: ArrayLike<number>, rows: number, columns: number): Int32Array {
  if (cost.length !== rows * columns)
    throw new ShapeError(
      "ASSIGNMENT_SIZE",
      "assign",
      `${cost.length} costs are not ${rows} rows of ${columns} columns`,
      "give rows x columns numbers, row by row",
    );
  for (let i = 0; i < cost.length; i++)
    if (!Number.isFinite(cost[i]))
      throw new ShapeError(
        "ASSIGNMENT_NOT_FINITE",
        `assign: row ${Math.floor(i / columns)}, column ${i % columns}`,
        `the cost is ${cost[i]}`,
        "give a large finite cost to pairs that must not be",
      );
  if (rows <= columns) return rowsToColumns((row, column) => cost[row * columns + column]!, rows, columns);
  const rowOf = rowsToColumns((column, row) => cost[row * columns + column]!, columns, rows);
  const columnOf = new Int32Array(rows).fill(-1);
  for (let column = 0; column < columns; column++) columnOf[rowOf[column]!] = column;
  return columnOf;
}

/** For `rows <= columns`: rows are added one by one, each along the cheapest path that moves those before it. */
function rowsToColumns(cost: (row: number, column: number) => number, rows: number, columns: number): Int32Array {
  const rowPotential = new Float64Array(rows);
  const columnPotential = new Float64Array(columns);
  const columnOf = new Int32Array(rows).fill(-1);
  const rowOf = new Int32Array(columns).fill(-1);
  for (let start = 0; start < rows; start++) {
    const distance = new Float64Array(columns).fill(Infinity); // of the cheapest path so far to each column
    const from = new Int32Array(columns).fill(-1); //             the row before each column on that path
    const settled = new Uint8Array(columns);
    let row = start;
    let reached = 0; // distance of `row`
    let end = -1;
    while (end < 0) {
      let nearest = -1;
      for (let column = 0; column < columns; column++) {
        if (settled[column]) continue;
        const via = reached + cost(row, column) - rowPotential[row]! - columnPotential[column]!;
        if (via < distance[column]!) {
          distance[column] = via;
          from[column] = row;
        }
        if (nearest < 0 || distance[column]! < distance[nearest]!) nearest = column;
      }
      reached = distance[nearest]!;
      settled[nearest] = 1;
      if (rowOf[nearest]! < 0) end = nearest;
      else row = rowOf[nearest]!;
    }
    rowPotential[start]! += reached;
    for (let column = 0; column < columns; column++) {
      if (!settled[column]) continue;
      const slack = reached - distance[column]!;
      columnPotential[column]! -= slack;
      if (rowOf[column]! >= 0) rowPotential[rowOf[column]!]! += slack;
    }
    for (let column = end; ;) {
      const before = from[column]!;
      const next = columnOf[before]!;
      rowOf[column] = before;
      columnOf[before] = column;
      if (before === start) break;
      column = next;
    }
  }
  return columnOf;
}
