import type { ObservedServer } from "../cluster/exporters.ts";
import { type Dashboard, rate, window } from "./panels.ts";

const all = (series: string) => `sum(rate(${series}${window}))`;
const share = (part: string, rest: string, by: string) => `${rate(part, by)} / (${rate(part, by)} + ${rate(rest, by)} > 0)`;
/** Of the databases that services have. */
const ofDatabases = (name: string) => `${name}{datname!~"template.*|postgres|"}`;

/**
 * The dashboards of the servers beside NewFeed, by their job in Prometheus. What they ask for has the same name in the exporters of compose and in those
 * of Debian 12, and in RabbitMQ from 3.10 on. What has not is not asked for: a replica's lag in seconds (`pg_replication_lag`, later
 * `pg_replication_lag_seconds`; its bytes are the same in all), and the age of rows (`pg_database_wraparound_…`, from 0.14 on), for which there is a
 * query of ours.
 */
export const serverDashboards: Record<ObservedServer, Dashboard> = {
  postgres: {
    uid: "newfeed-postgres",
    title: "NewFeed: PostgreSQL",
    panels: [
      {
        title: "Connections, by state",
        unit: "short",
        queries: { "{{state}}": "sum by (state) (pg_stat_activity_count) > 0", maximum: "max(pg_settings_max_connections)" },
      },
      { title: "Transactions", unit: "reqps", queries: { "{{datname}}": rate(ofDatabases("pg_stat_database_xact_commit"), "datname") } },
      { title: "Rollbacks", unit: "reqps", queries: { "{{datname}}": rate(ofDatabases("pg_stat_database_xact_rollback"), "datname") } },
      {
        title: "Blocks found in the cache",
        unit: "percentunit",
        queries: { "{{datname}}": share(ofDatabases("pg_stat_database_blks_hit"), ofDatabases("pg_stat_database_blks_read"), "datname") },
      },
      {
        title: "The longest transaction, by state: vacuum waits for it",
        unit: "s",
        queries: { "{{state}}": 'max by (state) (pg_stat_activity_max_tx_duration{state!="idle"})' },
      },
      {
        title: "Transactions since the last freeze: vacuum is forced at the limit",
        unit: "short",
        queries: { "{{datname}}": `max by (datname) (${ofDatabases("pg_database_age_transactions")})`, limit: "max(pg_settings_autovacuum_freeze_max_age)" },
      },
      {
        title: "How far replicas are behind",
        unit: "bytes",
        queries: { "{{application_name}} {{client_addr}}": "max by (application_name, client_addr) (pg_stat_replication_pg_wal_lsn_diff)" },
      },
      { title: "Locks, by mode", unit: "short", queries: { "{{mode}}": "sum by (mode) (pg_locks_count) > 0" } },
      { title: "Size", unit: "bytes", queries: { "{{datname}}": `max by (datname) (${ofDatabases("pg_database_size_bytes")})` } },
    ],
  },
  rabbitmq: {
    uid: "newfeed-rabbitmq",
    title: "NewFeed: RabbitMQ",
    panels: [
      { title: "Messages that wait, by queue", unit: "short", queries: { "{{queue}}": "topk(10, sum by (queue) (rabbitmq_detailed_queue_messages_ready))" } },
      {
        title: "Messages not yet acknowledged, by queue",
        unit: "short",
        queries: { "{{queue}}": "topk(10, sum by (queue) (rabbitmq_detailed_queue_messages_unacked))" },
      },
      {
        title: "Messages",
        unit: "reqps",
        queries: {
          published: all("rabbitmq_global_messages_received_total"),
          delivered: all("rabbitmq_global_messages_delivered_total"),
          acknowledged: all("rabbitmq_global_messages_acknowledged_total"),
        },
      },
      {
        title: "Messages delivered again, or that no queue took",
        unit: "reqps",
        queries: {
          redelivered: all("rabbitmq_global_messages_redelivered_total"),
          unroutable: all("rabbitmq_global_messages_unroutable_dropped_total"),
        },
      },
      { title: "Connections and consumers", unit: "short", queries: { connections: "sum(rabbitmq_connections)", consumers: "sum(rabbitmq_consumers)" } },
      {
        title: "Memory",
        unit: "bytes",
        queries: { used: "sum(rabbitmq_process_resident_memory_bytes)", "alarm above": "sum(rabbitmq_resident_memory_limit_bytes)" },
      },
      {
        title: "Free disk",
        unit: "bytes",
        queries: { free: "min(rabbitmq_disk_space_available_bytes)", "alarm below": "max(rabbitmq_disk_space_available_limit_bytes)" },
      },
      {
        title: "Alarms: it refuses what is published",
        unit: "short",
        queries: { memory: "max(rabbitmq_alarms_memory_used_watermark)", disk: "max(rabbitmq_alarms_free_disk_space_watermark)" },
      },
    ],
  },
  kafka: {
    uid: "newfeed-kafka",
    title: "NewFeed: Kafka",
    panels: [
      // A group that has not committed yet is reported as -1.
      {
        title: "Messages that wait, by group",
        unit: "short",
        queries: { "{{consumergroup}}": "sum by (consumergroup) (clamp_min(kafka_consumergroup_lag, 0))" },
      },
      { title: "Messages published, by topic", unit: "reqps", queries: { "{{topic}}": rate("kafka_topic_partition_current_offset", "topic") } },
      { title: "Messages handled, by group", unit: "reqps", queries: { "{{consumergroup}}": rate("kafka_consumergroup_current_offset", "consumergroup") } },
      { title: "Members of groups", unit: "short", queries: { "{{consumergroup}}": "max by (consumergroup) (kafka_consumergroup_members)" } },
      {
        title: "Partitions with too few copies, by topic",
        unit: "short",
        queries: { "{{topic}}": "sum by (topic) (kafka_topic_partition_under_replicated_partition)" },
      },
      { title: "Brokers", unit: "short", queries: { brokers: "max(kafka_brokers)" } },
    ],
  },
  redis: {
    uid: "newfeed-redis",
    title: "NewFeed: Redis",
    panels: [
      { title: "Clients", unit: "short", queries: { connected: "sum(redis_connected_clients)", blocked: "sum(redis_blocked_clients)" } },
      { title: "Commands", unit: "reqps", queries: { "{{cmd}}": `topk(10, ${rate("redis_commands_total", "cmd")})` } },
      { title: "Memory", unit: "bytes", queries: { used: "sum(redis_memory_used_bytes)", maximum: "sum(redis_memory_max_bytes)" } },
      {
        title: "Keys that went",
        unit: "reqps",
        queries: { expired: all("redis_expired_keys_total"), evicted: all("redis_evicted_keys_total") },
      },
      { title: "Keys", unit: "short", queries: { "{{db}}": "sum by (db) (redis_db_keys) > 0" } },
      {
        title: "Reads that found their key",
        unit: "percentunit",
        queries: { share: share("redis_keyspace_hits_total", "redis_keyspace_misses_total", "job") },
      },
      {
        title: "Connections: new, and refused",
        unit: "reqps",
        queries: { new: all("redis_connections_received_total"), refused: all("redis_rejected_connections_total") },
      },
      { title: "Answers its exporter", unit: "short", queries: { "{{instance}}": "redis_up" } },
    ],
  },
  nginx: {
    uid: "newfeed-nginx",
    title: "NewFeed: nginx",
    panels: [
      {
        title: "Connections",
        unit: "short",
        queries: {
          open: "sum(nginx_connections_active)",
          reading: "sum(nginx_connections_reading)",
          writing: "sum(nginx_connections_writing)",
          idle: "sum(nginx_connections_waiting)",
        },
      },
      { title: "Requests", unit: "reqps", queries: { "{{instance}}": rate("nginx_http_requests_total", "instance") } },
      {
        title: "Connections: accepted, and dropped for want of room",
        unit: "reqps",
        queries: { accepted: all("nginx_connections_accepted"), dropped: `${all("nginx_connections_accepted")} - ${all("nginx_connections_handled")}` },
      },
      { title: "Answers its exporter", unit: "short", queries: { "{{instance}}": "nginx_up" } },
    ],
  },
};
