/** Kafka takes half a minute to start, and Java. */
export const hasKafka = process.env["BUS"] === "kafka";
/** Why tests are skipped. */
export const withKafka = "run with BUS=kafka, Java 17 and Maven";
