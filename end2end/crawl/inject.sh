# sqlmap at every door that reads something.

# probe NAME SECONDS ARGUMENT…: has sqlmap look at an address. Level 2 tries cookies too; risk 1 changes nothing on purpose.
probe() {
  local report=$reports/sqlmap-$1.txt seconds=$2 left=$((deadline - SECONDS)) status=0
  shift 2
  if ((left < seconds)); then seconds=$((left < 1 ? 1 : left)); fi
  timeout "$seconds" sqlmap --batch --disable-coloring --flush-session --output-dir="$scratch/sqlmap" --dbms=SQLite \
    --level=2 --risk=1 --threads=4 --time-sec=2 --timeout=10 --retries=0 --ignore-code=401,404 "$@" \
    < /dev/null > "$report" 2>&1 || status=$?
  if ! awk -f end2end/crawl/findings.awk "$report"; then
    found "sqlmap, see $report"
  elif [ $status = 124 ]; then
    say "sqlmap was not done in $seconds s, see $report"
    unfinished=$((unfinished + 1))
    grep -q "testing '" "$report" || found "sqlmap has tried nothing in $seconds s, see $report"
  elif ! grep -qE "do not appear to be injectable" "$report"; then
    found "sqlmap did not run, see $report"
  fi
}

# form FUNCTION FIELDS: a server function, if it lets us in at all. The cookie has a probe of its own.
form() {
  local status
  status=$(send "$1" "$2")
  if [[ $status = 403 || $status = 5?? ]] || grep -q '"status":404' "$scratch/answer"; then
    found "$1 does not take its form: $status $(cat "$scratch/answer")"
  fi
  probe "fn-${1//\//-}" 15 -u "$base/_fn/$1" --data "csrf=$csrf&$2" --cookie "visitor=$visitor" \
    --param-exclude='^(csrf|visitor)$'
}

# json NAME PATH BODY: a write of the API.
json() { probe "api-$1" 25 -u "$base/api/v1/$2" --data "$3" --headers "Content-Type: application/json"; }

inject_pages() {
  probe search 45 -u "$base/search?$filters"
  probe category 10 -u "$base/c/clothing*?brand=Fairlead"
  probe product 10 -u "$base/p/sea-shirt*?sku=FL-SEA-BLU-XS"
  probe order 10 -u "$base/orders/AAAA-AAAA*?token=x"
  probe wishlist 10 -u "$base/wishlist/shared/x*"
  probe letter-link 10 -u "$base/verify?token=x"
  probe cookie 10 -u "$base/cart" --cookie "visitor=$visitor" -p visitor
}

inject_api() {
  probe api-search 30 -u "$base/api/v1/search?$filters&per_page=10"
  probe api-suggest 10 -u "$base/api/v1/suggest?q=shi"
  probe api-product 5 -u "$base/api/v1/products/sea-shirt*"
  probe api-order 10 -u "$base/api/v1/orders/AAAA-AAAA*?token=x"
  json quote quote '{"lines":[{"sku":"FL-SEA-BLU-XS","quantity":1}],"country":"GB","shipping_method":"standard"}'
  json place orders '{"lines":[{"sku":"FL-SEA-BLU-XS","quantity":1}],"email":"ada@example.com","name":"Ada Lovelace",
    "address":{"line1":"1 Quay","city":"Ely","postcode":"CB7 4AA","country":"GB"},"shipping_method":"standard",
    "payment":{"method":"sandbox","card":"4242424242424242"}}'
  json pay 'orders/AAAA-AAAA/payments?token=x' '{"payment":{"method":"sandbox","card":"4242424242424242"}}'
}

inject_forms() {
  form cart/add 'sku=FL-SEA-BLU-XS&quantity=1'
  form cart/set 'sku=FL-SEA-BLU-XS&quantity=2'
  form cart/coupon 'coupon=FAIRWIND'
  form checkout/place "attempt=crawl&shown=&email=ada@example.com&name=Ada&line1=1 Quay&city=Ely&postcode=CB7 4AA&country=GB\
&shipping_method=standard&coupon=FAIRWIND&gift_card=x&payment_method=sandbox&card=4242424242424242"
  form wishlist/save 'sku=FL-SEA-BLU-XS&saved=true'
  form account/sign_in 'email=ada@example.com&password=x&next=/cart'
  form account/second_factor 'ticket=x&code=123456'
  form account/forgot 'email=ada@example.com'
  form account/reset 'token=x&new_password=rust never sleeps 17'
  form account/confirm_email 'token=x'
}

# What only somebody who has signed in gets at.
inject_account() {
  form account/rename 'name=Ada'
  form account/save_address 'name=Ada&line1=1 Quay&city=Ely&postcode=CB7 4AA&country=GB'
  form account/end_session 'id=01a20276-a151-7000-95ee-ea9b58d8f3ff'
  probe account-orders 10 -u "$base/account/orders?page=1" --cookie "visitor=$visitor" --param-exclude='^visitor$'
}

# Everything, and whatever else a crawl comes by as far as the time goes. That not by comparing answers: 'shirt AND 5=6'
# finds other shirts than 'shirt AND 5=5', and to see that this means nothing takes longer than there is.
inject() {
  local filters='q=shirt&category=clothing&brand=Fairlead&size=M&price=10-40&rating=4&sort=newest&page=1'
  unfinished=0
  # What is behind a door first: what there is no time for is what anybody could look at.
  become_visitor
  become_customer || found "nobody can sign in"
  inject_account
  become_visitor
  inject_forms
  inject_api
  inject_pages
  probe crawl 40 -u "$base/" --crawl=2 --forms --technique=EUSTQ
  # A search has more parameters than there is time for; everything else has to come to its end.
  ((unfinished <= 4)) || found "sqlmap was not done with $unfinished addresses: give it more time"
}
