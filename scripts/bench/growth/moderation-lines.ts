import { answer, batches, change, type Line, type RouteName, type World, write } from "./lines.ts";
import { cursorAt, nthId, type Size } from "./size.ts";

/** A case that is open, from the latest on. */
const caseAt = ({ posts }: Pick<Size, "posts">, n: number) => ({ id: nthId("case", posts - 1 - 10 * n) });
/** What the routes of moderation cost. The writer is an administrator. */
export function moderationLines(): Partial<Record<RouteName, readonly Line[]>> {
  const inList = (route: RouteName, query: Record<string, string> = {}, name: string = route) => [
    answer(route, "writer", { query }, name),
    answer(route, "writer", ({ now }) => ({ query: { ...query, cursor: cursorAt(0.5, now) } }), `${name}, middle`),
  ];
  const popular = { id: nthId("case", 1) };
  const decide = (world: World, cases: readonly { id: string }[]) =>
    world.call("decideCases", "writer", { body: { decision: "approve", cases: cases.map(({ id }) => ({ id, revision: 1 })) } });
  return {
    createReport: [
      change("createReport", "follower", (_world, n) => ({ body: { target: { type: "post", id: nthId("othersPost", n + 1) }, reason: "spam" } })),
      change("createReport", "writer", { body: { target: { type: "post", id: nthId("post", 1) }, reason: "spam" } }, "createReport of what many have reported"),
    ],
    // No row of the database.
    communityRules: [],
    listCases: [...inList("listCases"), ...inList("listCases", { type: "post" }, "listCases of a type")],
    moderationFigures: [answer("moderationFigures", "writer")],
    getCase: [answer("getCase", "writer", { params: popular })],
    claimCase: [change("claimCase", "writer", ({ size }, n) => ({ params: caseAt(size, n) }))],
    releaseCase: [change("releaseCase", "writer", ({ size }, n) => ({ params: caseAt(size, n) }))],
    // Their revisions are known once they have been looked at.
    ...Object.fromEntries(
      (["approveCase", "rejectCase", "escalateCase", "undoCase"] as const).map((route, index) => [
        route,
        [
          write(route, async (world, n) => {
            const params = caseAt(world.size, route === "undoCase" ? 5 + n : 1 + 4 * (index + 1) + n);
            const { revision } = await world.call<{ revision: number }>("getCase", "writer", { params });
            await world.call(route, "writer", { params, body: { revision, ...(route === "rejectCase" && { action: "hide", reason: "spam" }) } });
          }),
        ],
      ]),
    ),
    decideCases: [
      write("decideCases", (world, n) => decide(world, [caseAt(world.size, 17 + n)])),
      // Each who reported it is told.
      batches("decideCases, what many have reported", (world) => decide(world, [popular])),
    ],
    appealCase: [],
    // For administrators; a row each, of 200 at most.
    listRules: [],
    createRule: [],
    updateRule: [],
    deleteRule: [],
    tryRule: [],
    listAudit: inList("listAudit"),
    // Read as fast as it is taken, a hundred entries at a time, as `listAudit` reads them.
    exportAudit: [],
  };
}
