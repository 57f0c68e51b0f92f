//! The words by which headings and labels say what a line is, in fifteen languages.
//!
//! A word ending in `*` stands for all that begin so, one with a `*` on both
//! sides for all that hold it (German puts words together), and one with a `_` for two
//! words. All are matched as whole words, in lower case.

/// What the words of one language are.
pub(super) struct Words {
    /// The line adds others up.
    pub(super) total: &'static str,
    /// It may add others up, where it is a column.
    pub(super) whole: &'static str,
    /// One line less another.
    pub(super) difference: &'static str,
    /// Points of a game.
    pub(super) points: &'static str,
    /// Parts of a hundred.
    pub(super) percent: &'static str,
    /// A mean, or so much for each.
    pub(super) average: &'static str,
    /// The mean of the lines beside it, not so much for each.
    pub(super) mean: &'static str,
    /// An order, a code, a measure of size: nothing to add up.
    pub(super) rank: &'static str,
    /// The place in an order.
    pub(super) place: &'static str,
    /// The largest of the lines beside it.
    pub(super) maximum: &'static str,
    /// The smallest of the lines beside it.
    pub(super) minimum: &'static str,
    /// Games that nobody won.
    pub(super) tie: &'static str,
    /// Games won.
    pub(super) won: &'static str,
    /// All up to here.
    pub(super) running: &'static str,
    /// What came since the row before.
    pub(super) fresh: &'static str,
    /// In a column of categories: the row is for all of them.
    pub(super) every: &'static str,
    /// So many times a price.
    pub(super) amount: &'static str,
    /// Beside a week or a year: figures of that time, not its number.
    pub(super) relative: &'static str,
    /// What begins the label of a part of the row above.
    pub(super) part: &'static str,
}

const NONE: Words = Words {
    total: "",
    whole: "",
    difference: "",
    points: "",
    percent: "",
    average: "",
    mean: "",
    rank: "",
    place: "",
    maximum: "",
    minimum: "",
    tie: "",
    won: "",
    running: "",
    fresh: "",
    every: "",
    amount: "",
    relative: "",
    part: "",
};

pub(super) const LANGUAGES: [Words; 15] = [
    // English
    Words {
        total: "total totals subtotal subtotals sum combined aggregate altogether",
        whole: "all overall national nation* played matches games cases gp pld p",
        difference: "diff* net balance change margin gd pd lead swing surplus gain loss delta",
        points: "point points pts score",
        percent: "percent* pct *share* quota pc rate ratio",
        average: "densit* average avg mean ave per rate ratio",
        mean: "average avg mean ave",
        rank: "district ward precinct zip page code codes fips no nr number seed week round \
               season year game day date draw age height weight capacity id lane heat bib jersey born founded \
               established order series episode latitude longitude time",
        place: "rank rk pos position place",
        maximum: "max* highest record best peak high longest",
        minimum: "min* lowest low worst",
        tie: "tie ties tied draw draws drawn d t otl ot nr no_result",
        won: "w won win wins victor* g",
        running: "cum* running total balance record aggregate",
        fresh: "new daily added",
        every: "all both all_ages all_persons everyone world worldwide",
        amount: "amount* cost costs value values revenue sales turnover charge charges",
        relative: "this last previous prior current past next same",
        part: "of_which including thereof",
    },
    // German
    Words {
        total: "gesamt* insgesamt summe zusammen",
        whole: "alle",
        difference: "saldo differenz",
        points: "punkte",
        percent: "*anteil* *prozent*",
        average: "dichte durchschnitt* mittel* je",
        mean: "durchschnitt* mittel*",
        rank: "jahr woche tag",
        place: "platz rang",
        tie: "unentschieden",
        won: "sieg* gewonn*",
        running: "kumul*",
        fresh: "neu neue neuer zugang",
        every: "alle welt",
        amount: "*betrag* *kosten *wert *umsatz gesamtpreis",
        relative: "diese* letzte* vorige* laufende* aktuelle*",
        part: "davon darunter",
        ..NONE
    },
    // French
    Words {
        total: "ensemble totaux totale",
        whole: "tous toutes",
        difference: "solde",
        percent: "*pourcent* part",
        average: "moyenne",
        mean: "moyenne",
        rank: "année",
        place: "rang classement",
        tie: "nul nuls",
        won: "gan* vict*",
        running: "cumul*",
        fresh: "nouveaux nouvelles nouveau",
        every: "tous ensemble monde",
        amount: "montant* coût* valeur* prix",
        relative: "cette dernière précédente courante",
        part: "dont",
        ..NONE
    },
    // Spanish
    Words {
        total: "totales suma",
        whole: "todos todas",
        difference: "saldo diferencia",
        points: "puntos",
        percent: "*porcent*",
        average: "densidad promedio media",
        mean: "promedio media",
        rank: "año",
        place: "puesto posición",
        tie: "empates empate",
        running: "acumul*",
        fresh: "nuevos nuevas",
        every: "todos ambos mundo",
        amount: "importe* costo* coste* valor precio",
        relative: "esta este pasado pasada anterior actual",
        part: "de_los_cuales de_las_cuales",
        ..NONE
    },
    // Italian
    Words {
        total: "totali totale complessivo complessiva somma",
        whole: "tutti tutte",
        difference: "saldo differenza variazione",
        points: "punti",
        percent: "percentuale",
        average: "densità media",
        mean: "media",
        rank: "anno",
        place: "posizione",
        tie: "pari pareggi",
        won: "vit* vitt*",
        fresh: "nuovi nuove ingressi",
        every: "tutti totale mondo",
        amount: "importo importi costo valore prezzo",
        relative: "questa questo scorsa scorso precedente",
        part: "di_cui",
        ..NONE
    },
    // Portuguese
    Words {
        total: "totais soma geral",
        whole: "todos todas",
        difference: "saldo diferença",
        points: "pontos",
        percent: "*percentual*",
        average: "densidade média",
        mean: "média",
        rank: "ano",
        place: "posição",
        fresh: "novos novas",
        every: "todos ambos mundo",
        amount: "montante custo valor preço",
        relative: "esta este passada passado anterior atual",
        part: "dos_quais das_quais",
        ..NONE
    },
    // Russian
    Words {
        total: "всего итого итог сумма",
        whole: "все",
        difference: "различие разность изменение",
        points: "очки",
        percent: "*доля* *процент*",
        average: "среднее среднем",
        mean: "среднее",
        rank: "год",
        place: "место",
        fresh: "новых новые",
        every: "все оба мир",
        amount: "стоимость сумма",
        relative: "этот прошлый прошлая прошлого текущий предыдущий",
        part: "в_том_числе из_них",
        ..NONE
    },
    // Swedish
    Words {
        total: "summa totalt",
        whole: "alla",
        difference: "skillnad",
        points: "poäng",
        percent: "*procent* *andel*",
        average: "medel*",
        mean: "medel*",
        rank: "år",
        place: "plats",
        fresh: "nya",
        every: "alla båda",
        amount: "belopp kostnad värde",
        relative: "denna förra föregående",
        part: "varav därav",
        ..NONE
    },
    // Danish and Norwegian
    Words {
        total: "i_alt sum totalt",
        whole: "alle",
        difference: "forskel forskjell endring ændring",
        points: "poeng",
        percent: "*prosent* *procent* *andel*",
        average: "gennemsnit* gjennomsnitt*",
        mean: "gennemsnit* gjennomsnitt*",
        rank: "år",
        place: "plass",
        fresh: "nye",
        every: "alle begge",
        amount: "beløb kostnad omkostning verdi værdi",
        relative: "denne sidste siste forrige",
        part: "heraf herav",
        ..NONE
    },
    // Finnish
    Words {
        total: "yhteensä",
        whole: "kaikki",
        difference: "erotus muutos",
        points: "pisteet",
        percent: "*prosent* *osuus*",
        average: "keskiarvo",
        mean: "keskiarvo",
        rank: "vuosi",
        place: "sija sijoitus",
        fresh: "uudet uusia",
        every: "kaikki",
        amount: "määrä hinta arvo",
        relative: "tämä viime edellinen",
        part: "joista siitä",
        ..NONE
    },
    // Polish
    Words {
        total: "ogółem razem suma łącznie",
        whole: "wszystkie",
        difference: "różnica zmiana saldo",
        points: "punkty",
        percent: "*procent* *udział*",
        average: "średnia przeciętn*",
        mean: "średnia",
        rank: "rok",
        place: "miejsce",
        fresh: "nowe nowych",
        every: "ogółem razem",
        amount: "kwota koszt* wartość",
        relative: "ten poprzedni ubiegły bieżący",
        part: "w_tym z_tego",
        ..NONE
    },
    // Czech
    Words {
        total: "celkem úhrnem součet",
        whole: "všechny",
        difference: "rozdíl změna saldo",
        points: "body",
        percent: "*procent* *podíl*",
        average: "průměr*",
        mean: "průměr*",
        rank: "rok",
        place: "pořadí",
        fresh: "nové nových",
        every: "celkem",
        amount: "částka náklad* hodnota",
        relative: "tento minulý předchozí",
        part: "z_toho",
        ..NONE
    },
    // Hungarian
    Words {
        total: "összesen összes",
        whole: "minden",
        difference: "különbség változás egyenleg",
        points: "pont",
        percent: "*százalék* *arány*",
        average: "átlag*",
        mean: "átlag*",
        rank: "év",
        place: "helyezés",
        fresh: "új",
        every: "összesen",
        amount: "összeg költség érték",
        relative: "ez előző múlt",
        part: "ebből",
        ..NONE
    },
    // Turkish
    Words {
        total: "toplam",
        whole: "tüm",
        difference: "fark değişim",
        points: "puan",
        percent: "*yüzde* oran oranı",
        average: "ortalama*",
        mean: "ortalama*",
        rank: "yıl",
        place: "sıra",
        fresh: "yeni",
        every: "toplam tümü",
        amount: "tutar* maliyet",
        relative: "bu geçen önceki",
        part: "bunun",
        ..NONE
    },
    // Chinese
    Words {
        total: "合计 总计 合計 總計 小计 总数",
        whole: "全部",
        difference: "差额 变化",
        points: "积分",
        percent: "*比例* *百分*",
        average: "*平均*",
        mean: "*平均*",
        rank: "年 年份",
        place: "排名",
        fresh: "新增 *新增*",
        every: "合计 总计 全部",
        amount: "金额 *金额* 总价",
        relative: "本 上",
        part: "其中",
        ..NONE
    },
];
