/** Every header by which a service might accept an identity: that of this user, as an administrator. */
export const identityHeaders = (id: string): Record<string, string> => ({
  "x-user-id": id,
  "x-user-roles": "admin",
  "x-user": JSON.stringify({ id }),
  "x-internal-service": "api-gateway",
  "x-internal-user": id,
  "x-service-name": "api-gateway",
  "x-forwarded-user": id,
  "x-forwarded-for": "127.0.0.1",
  "x-real-ip": "127.0.0.1",
});
