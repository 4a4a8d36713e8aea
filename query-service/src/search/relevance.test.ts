import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { engines, openIndex, otherEngines, type Written } from "./testing.ts";

/** Posts by a name, under which the table has them. */
const posts: Record<string, Written> = {
  // English
  marathon: { content: "I ran the marathon in Berlin and my running shoes are finished. #running", author: "runner" },
  shoes: { title: "Running shoes", content: "Which ones do you wear for the trail?", author: "shop", minutesAgo: 60 },
  bread: { content: "Sourdough baking: the starter is alive, the loaves are golden.", author: "baker", media: true },
  baker: { content: "Our friends have opened a bakery; the baker gets up at three.", author: "anna", minutesAgo: 24 * 60 },
  weather: { content: "The weather is beautiful today, not a single cloud over the harbour.", author: "anna" },
  receive: { content: "Did you receive the definitive invitation for tomorrow?", author: "anna" },
  policy: { content: "A new policy of the city for bicycles and buses #city", author: "city", minutesAgo: 3 * 24 * 60 },
  universe: { content: "The universe is expanding faster than expected, astronomers say.", author: "city" },
  // German
  haeuser: { content: "Die alten Häuser am Fluss werden im Sommer renoviert, sagt die Stadt.", author: "stadt" },
  fahrrad: { content: "Ich habe mein Fahrrad verloren. Wer hat es gesehen? Es ist grün.", author: "lena" },
  strasse: { content: "Die Straße ist wegen der Bäume und des Sturms gesperrt.", author: "stadt" },
  kuchen: { content: "Apfelkuchen wie von Großmutter #Kuchen", author: "lena", media: true },
  // French
  eleves: { content: "Les élèves ont chanté dans la cour de l’école avant les vacances d’été.", author: "marie" },
  fromage: { content: "Une dégustation de fromages dans les Alpes, avec du vin.", author: "marie" },
  cafe: { content: "Un café au bord de la Seine et un croissant, c’est tout.", author: "marie" },
  // Spanish
  ninos: { content: "Los niños juegan en la plaza y las niñas también, hasta que llueve.", author: "lucia" },
  cancion: { content: "Una canción nueva para el otoño; escribo canciones desde que era joven.", author: "lucia" },
  manana: { content: "Mañana viajamos a la montaña con el perro.", author: "lucia" },
  // Italian and Portuguese
  gelato: { content: "Il gelato di Roma è il più buono, anche nel mese di gennaio.", author: "gino" },
  ragazzi: { content: "I ragazzi della scuola hanno vinto la partita con gli altri.", author: "gino" },
  praia: { content: "As praias do Rio são lindas e não há ninguém pela manhã.", author: "joao" },
  // Russian
  kniga: { content: "Я читаю интересные книги о космосе и звёздах.", author: "ivan" },
  moskva: { content: "Вчера в Москве был сильный снег, и дети играли во дворе.", author: "ivan" },
  // Japanese, Chinese, Korean, Thai
  tokyo: { content: "昨日、東京タワーに行きました。とても綺麗でした。", author: "yuki" },
  kyoto: { content: "京都の桜は来週が見頃です。", author: "yuki" },
  beijing: { content: "北京的冬天很冷,但是烤鸭很好吃。", author: "wei" },
  seoul: { content: "서울의 하늘이 오늘은 정말 맑아요.", author: "min" },
  bangkok: { content: "วันนี้กินข้าวผัดที่กรุงเทพ อร่อยมาก", author: "nok" },
  // Emoji
  party: { content: "We did it 🎉🎉", author: "anna" },
  thumbs: { content: "Agreed 👍🏽", author: "anna" },
};

/** What is asked, and what must come, in order where it is a list of lists' first. */
const table: [query: string, hits: string[], how?: "in order"][] = [
  // Forms of words
  ["running", ["shoes", "marathon"], "in order"],
  ["run", ["marathon", "shoes"]],
  ["shoe", ["marathon", "shoes"]],
  ["loaf", []],
  ["bake", ["bread", "baker"]],
  ["bakers", ["baker"]],
  ["cloud", ["weather"]],
  ["clouds", ["weather"]],
  ["bicycle", ["policy"]],
  ["BICYCLES bus", ["policy"]],
  ["astronomer", ["universe"]],
  ["harbour weather", ["weather"]],
  ["weather in space", []],
  // German
  ["Haus", ["haeuser"]],
  ["Häuser", ["haeuser"]],
  ["hauser", ["haeuser"]],
  ["fahrräder", ["fahrrad"]],
  ["grüne", ["fahrrad"]],
  ["strasse", ["strasse"]],
  ["STRASSEN", ["strasse"]],
  ["Baum", ["strasse"]],
  ["apfelk", ["kuchen"]],
  // French
  ["élève", ["eleves"]],
  ["eleve", ["eleves"]],
  ["ecole", ["eleves"]],
  ["chanter", ["eleves"]],
  ["fromage", ["fromage"]],
  ["cafe", ["cafe"]],
  ["café croissants", ["cafe"]],
  // Spanish
  ["niño", ["ninos"]],
  ["nino", ["ninos"]],
  ["jugar", []],
  ["canciones", ["cancion"]],
  ["cancion", ["cancion"]],
  ["montañas", ["manana"]],
  ["manana", ["manana"]],
  // Italian, Portuguese
  ["gelati", ["gelato"]],
  ["ragazzo", ["ragazzi"]],
  ["praia", ["praia"]],
  ["linda", ["praia"]],
  // Russian
  ["книга", ["kniga"]],
  ["звезды", ["kniga"]],
  ["москва", ["moskva"]],
  ["снега", ["moskva"]],
  // Scripts without spaces
  ["東京", ["tokyo"]],
  ["東京タワー", ["tokyo"]],
  ["京都", ["kyoto"]],
  ["桜", ["kyoto"]],
  ["烤鸭", ["beijing"]],
  ["하늘", ["seoul"]],
  ["ข้าวผัด", ["bangkok"]],
  ["กรุงเทพ", ["bangkok"]],
  // Emoji
  ["🎉", ["party"]],
  ["👍", ["thumbs"]],
  // Operators
  ['"running shoes"', ["shoes", "marathon"]],
  ['"shoes running"', []],
  ["shoes -marathon", ["shoes"]],
  ["#running", ["marathon"]],
  ["#KUCHEN", ["kuchen"]],
  ["from:lena", ["kuchen", "fahrrad"]],
  ["from:@lena apfelkuchen", ["kuchen"]],
  ["from:nobody shoes", []],
  ["has:media", ["bread", "kuchen"]],
  ["baker before:2026-01-31", ["baker"]],
  ["bak after:2026-01-31", ["bread"]],
  ["policy after:2026-01-29", []],
  // While it is typed
  ["mara", ["marathon"]],
  ["univ", ["universe"]],
  ["sourd gol", []],
  ["sourdough gol", ["bread"]],
  // Mistakes
  ["recieve", ["receive"]],
  ["definative", ["receive"]],
  ["wether", ["weather"]],
  ["Maraton", ["marathon"]],
  ["croisant", ["cafe"]],
  ["fahrad", ["fahrrad"]],
  ["xylophone", []],
];

describe.each(engines)(`a search in %s finds${otherEngines}`, (engine) => {
  let world: Awaited<ReturnType<typeof openIndex>>;
  const nameOf = new Map(Object.entries(posts).map(([name, { content }]) => [content, name]));
  beforeAll(async () => {
    world = await openIndex("relevance", engine);
    await world.write(...Object.values(posts));
  });
  afterAll(() => world.close());

  test.each(table)("%s", async (query, hits, how) => {
    const found = (await world.all(query)).map((content) => nameOf.get(content));
    expect(how ? found : found.sort()).toEqual(how ? hits : hits.sort());
  });
});
