# What attacks the shop: sqlmap, wapiti.

setup_crawl_tools() {
  need node nodejs "1 min" "install Node.js 20 or newer"
  need curl curl "10 s" "install curl"
  need sqlmap sqlmap "10 s" "install sqlmap from https://sqlmap.org"
  need wapiti wapiti "10 s" "install wapiti from https://wapiti-scanner.github.io"
}
