// moment shows instants as people in Asia/Shanghai read them, whatever zone
// the browser stands in. That zone has had no summer time since 1991.

const offset = 8 * 3600 * 1000;
const week = ["周日", "周一", "周二", "周三", "周四", "周五", "周六"];
const two = (n) => String(n).padStart(2, "0");

function parts(iso) {
  const d = new Date(Date.parse(iso) + offset);
  return {
    year: d.getUTCFullYear(),
    month: d.getUTCMonth() + 1,
    day: d.getUTCDate(),
    week: week[d.getUTCDay()],
    time: `${two(d.getUTCHours())}:${two(d.getUTCMinutes())}`,
  };
}

// dateOf is 2026-08-12.
export function dateOf(iso) {
  const p = parts(iso);
  return `${p.year}-${two(p.month)}-${two(p.day)}`;
}

// timeOf is 13:55.
export const timeOf = (iso) => parts(iso).time;

// dayOf is 8月12日（周三）.
export function dayOf(iso) {
  const p = parts(iso);
  return `${p.month}月${p.day}日（${p.week}）`;
}

// clockOf is 2026-08-12（周三）13:55.
export const clockOf = (iso) => `${dateOf(iso)}（${parts(iso).week}）${timeOf(iso)}`;

// shortOf is the time on the same day as now, otherwise the day: 13:55, 8月7日.
export function shortOf(iso, now) {
  const p = parts(iso);
  return dateOf(iso) === dateOf(now) ? p.time : `${p.month}月${p.day}日`;
}

// instantOf turns a card's or a picker's 2026-08-12 14:00 into RFC 3339.
export const instantOf = (shown) => `${shown.replace(" ", "T").slice(0, 16)}:00+08:00`;
