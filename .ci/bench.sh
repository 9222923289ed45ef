#!/usr/bin/env bash
# Runs the benchmarks and writes what they print into docs/performance.md.
#
#     bash .ci/bench.sh
#
# Benchmarks that compare with MariaDB use HUIBAN_TEST_MYSQL_DSN if it is set,
# a server started here if one is installed, and else leave that part out.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."
source .ci/mariadb.sh

# The story of a message: read, decided, stored, sent.
readonly packages=(bot/wording bot/when bot/workday bot/talk bot/meeting bot bot/command storage scheduler adapters/playground cmd/huiban)
readonly page=docs/performance.md

report=$(mktemp)
trap 'mariadb_stop; rm -f "$report"' EXIT
trap 'exit 130' INT
trap 'exit 143' TERM HUP

if [[ -z ${HUIBAN_TEST_MYSQL_DSN:-} ]] && command -v mariadbd >/dev/null; then
  mariadb_start
fi

# has_benchmarks reports whether the package in folder $1 exists and has any.
has_benchmarks() {
  compgen -G "$1/*_test.go" >/dev/null && grep -q '^func Benchmark' "$1"/*_test.go
}

# about prints the head of the page: what was measured, and on what.
about() {
  local cpu
  cpu=$(sed -n 's/^model name[[:space:]]*: //p' /proc/cpuinfo 2>/dev/null | head -n 1)
  cat <<HEAD
# 性能

本页由 \`make bench\` 写成，请勿手改。测量命令：\`go test -run='^$' -bench=. -benchmem\`，每个包依次运行。

| 项目 | 值 |
|---|---|
| 日期 | $(date -u +%F) |
| 处理器 | ${cpu:-未知}，$(getconf _NPROCESSORS_ONLN) 核 |
| 系统 | $(uname -sm) |
| Go | $(go env GOVERSION) |
| MariaDB | $(if [[ -n ${HUIBAN_TEST_MYSQL_DSN:-} ]]; then mariadbd --version 2>/dev/null | sed 's/.*Ver \([^ ]*\).*/\1/' || echo 外部; else echo 未测; fi) |

目标：解析一条消息 ≤ 200 µs；一个回合的吞吐 ≥ 同样语句直接执行的 0.65 倍；百万行提醒表里取前 200 条到期的 ≤ 1 ms；经过飞书和钉钉的见 cmd/huiban 一节。
HEAD
}

# remark prints what a reader of the figures of the package in folder $1 must know.
remark() {
  [[ $1 == cmd/huiban ]] || return 0
  cat <<'REMARK'

对着假飞书（`adapters/feishu/feishutest`）跑真的程序，约十分钟；没有 MariaDB 就跳过。假飞书、程序、MariaDB 三个进程挤在这台机器的同一些核上。
各路轮流跑三遍，每遍从空库开始，取最好的一遍。`mine` 是私聊“我的待办”，`assign` 是群里“待办 …”。

- `serve`：`huiban serve`，长连接进，发件箱同时以每秒 50 封往外发。`echo`：裸 SDK，每条消息回一句，没有库。
  `engine`：直接调用 `Engine.Message`，不发送。`sending`：同上，旁边有信使在发。
- `Turns`：32 人不停地说，每秒确认几条。目标：`ratio`（serve / engine）≥ 0.8。
- `Ack`：每秒 200 条，不等上一条，从该说的那一刻算到确认。目标：`serve-p99-ms` ≤ 300；`serve/s` 不到 200 就是跟不上。
- `Reminders`：10,000 条提醒同时到期，2,000 个单聊各 5 条，假飞书按平台的限制拒绝（全部每秒 50 次，每个单聊 5 次）。
  目标：每秒 50 ± 10 %，各一次，`refused` 为 0。
- `DingTalkTaps`、`DingTalkBurst`：对着假钉钉，第 2 级，各跑一遍。每秒 50 次点〔确认〕，十秒，从手指按下到看到回答，目标 `p99-ms` ≤ 300；
  500 条私聊一起到，目标：都在第一次投递时确认（`acked`），`last-ms` 是最后一条。
REMARK
}

about >"$report"
for package in "${packages[@]}"; do
  if ! has_benchmarks "$package"; then
    continue
  fi
  echo "bench: $package"
  printf '\n## %s\n' "$package" >>"$report"
  remark "$package" >>"$report"
  printf '\n```\n' >>"$report"
  go test -run='^$' -bench=. -benchmem -timeout 30m "./$package" | grep -v '^PASS$' | tee -a "$report"
  echo '```' >>"$report"
done

# What a meeting costs on DingTalk: a count, not a time, checked by make test too.
echo 'bench: calls of a meeting on DingTalk'
calls=$(mktemp)
HUIBAN_TEST_CALL_TABLE=$calls go test -run='^TestDingTalkCallsOfAMeeting$' ./cmd/huiban >/dev/null
cat >>"$report" <<'CALLS'

## 钉钉：一次会议用多少次接口

八个人、两个议题、五项待办，从新建会议到验收归档（`eight`），由真的程序对着假钉钉（`adapters/dingtalk/dingtalktest`）走完，`make test` 每次都数。
钉钉按组织限每月的次数，免费版是 5000 次接口、3000 次推送；`push.` 是推送，`contact` 与 `webhook` 不算，其余都算接口调用。第 2 级含试卡片的 1 次。
目标是一次会议 ≤ 90 次，三级都守住，测试以它为限。第 2 级要在私聊里点过 `卡片自检`：标题相同、因人而异的卡片（晨报、请看、您有几项待办）各人的变量只给本人，一次调用发给多人；没有点通时是 102–106 次。次数每遍差几次：同时到的私聊才合成一次。

CALLS
cat "$calls" >>"$report"
rm -f "$calls"

mkdir -p docs
install -m 644 "$report" "$page"
echo "bench: wrote $page"
