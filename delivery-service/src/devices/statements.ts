import { bounds } from "@newfeed/shared/contracts/limits.ts";
import { boolean, deviceId, int4, sessionId, text, timestamptz, userId } from "@newfeed/shared/ports/columns.ts";
import { statement } from "@newfeed/shared/ports/statement.ts";

const device = { id: deviceId, ownerId: userId, sessionId, kind: text.as<"web" | "fcm">(), name: text, language: text, target: text, createdAt: timestamptz };
const columns = "d.id, d.owner_id, d.session_id, d.kind, d.name, d.language, d.target, d.created_at";

/** Nobody has more, but for those who register several at the same moment. */
export const findDevices = statement({
  parameters: { ownerId: userId },
  row: device,
  sql: ({ ownerId }) => `SELECT ${columns} FROM device d WHERE d.owner_id = ${ownerId} ORDER BY d.owner_id, d.id DESC LIMIT ${bounds.devicesPerUser}`,
});

export const lockDevice = statement({
  parameters: { address: text },
  row: { id: deviceId, ownerId: userId },
  sql: ({ address }) => `SELECT id, owner_id FROM device WHERE address = ${address} FOR UPDATE`,
});

/** A device that is known is its new owner's, and theirs another one: nothing that waits for the former owner's is sent there. */
export const saveDevice = statement({
  parameters: { id: deviceId, ownerId: userId, sessionId, kind: text, name: text, language: text, address: text, target: text },
  row: device,
  sql: ({ id, ownerId, sessionId, kind, name, language, address, target }) =>
    `INSERT INTO device AS d (id, owner_id, session_id, kind, name, language, address, target)
     VALUES (${id}, ${ownerId}, ${sessionId}, ${kind}, ${name}, ${language}, ${address}, ${target})
     ON CONFLICT (address) DO UPDATE SET id = CASE WHEN d.owner_id = excluded.owner_id THEN d.id ELSE excluded.id END,
       created_at = CASE WHEN d.owner_id = excluded.owner_id THEN d.created_at ELSE excluded.created_at END, owner_id = excluded.owner_id, session_id = excluded.session_id, name = excluded.name,
       language = excluded.language, target = excluded.target
     RETURNING ${columns}`,
});

/** The oldest beyond those that a user may have. */
export const dropOldest = statement({
  parameters: { ownerId: userId },
  sql: ({ ownerId }) =>
    `DELETE FROM device WHERE id IN (SELECT id FROM device WHERE owner_id = ${ownerId} ORDER BY owner_id, id DESC OFFSET ${bounds.devicesPerUser} LIMIT ${bounds.devicesPerUser})`,
});

export const deleteDevice = statement({
  parameters: { id: deviceId, ownerId: userId },
  row: { id: deviceId },
  sql: ({ id, ownerId }) => `DELETE FROM device WHERE id = ${id} AND owner_id = ${ownerId} RETURNING id`,
});
/** All that a session has registered: a few. */
export const deleteDevicesOfSession = statement({
  parameters: { sessionId },
  row: { id: deviceId },
  sql: ({ sessionId }) => `DELETE FROM device WHERE session_id = ${sessionId} RETURNING id`,
});
/** All that an account may have. */
export const deleteDevicesOf = statement({
  parameters: { ownerId: userId },
  sql: ({ ownerId }) => `DELETE FROM device WHERE owner_id = ${ownerId}`,
});

/** Notes whether a user has any, where that is another answer than before. */
export const noteDevices = statement({
  parameters: { userId },
  row: { any: boolean, revision: int4 },
  sql: ({ userId }) =>
    `UPDATE account SET has_devices = NOT has_devices, devices_revision = devices_revision + 1
     WHERE user_id = ${userId} AND NOT deleted AND has_devices <> EXISTS (SELECT FROM device WHERE owner_id = ${userId})
     RETURNING has_devices AS any, devices_revision AS revision`,
});
