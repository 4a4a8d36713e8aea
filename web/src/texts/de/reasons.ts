/** Why moderators have decided so. */
export const reasons = {
  spam: "Spam",
  harassment: "Belästigung",
  hate: "Hass",
  violence: "Gewalt",
  sexual: "sexuelle Inhalte",
  self_harm: "Selbstverletzung",
  illegal: "verbotene Inhalte",
  impersonation: "falsche Identität",
  misinformation: "falsche Informationen",
};
