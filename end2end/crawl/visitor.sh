# Somebody who is in the shop: cookie, form token, and an account whose email was confirmed.

# become_visitor [COOKIE]: sets `visitor` and `csrf`, which forms need to get past the door.
become_visitor() {
  curl --silent --fail --cookie-jar "$scratch/cookies" ${1:+--header "Cookie: visitor=$1"} "$base/cart" > "$scratch/page"
  visitor=${1:-$(awk '$6 == "visitor" {print $7}' "$scratch/cookies")}
  csrf=$(grep -o 'name="form-token" content="[0-9a-f]*"' "$scratch/page" | cut -d'"' -f4)
}

# send FUNCTION FIELDS: a server function, as our own page calls it. Prints the status; `$scratch/headers` has the headers.
send() {
  curl --silent --output "$scratch/answer" --dump-header "$scratch/headers" --write-out '%{http_code}' \
    --header "Cookie: visitor=$visitor" --data "csrf=$csrf&$2" "$base/_fn/$1"
}

# Registers, opens the link that the shop sends, and is somebody who has signed in.
become_customer() {
  local letter token
  send account/register 'name=Ada&email=ada@example.com&password=rust never sleeps 17' > "$scratch/status"
  for _ in $(seq 60); do
    letter=$(curl --silent --fail "$base/dev/mail" | grep -oE '/dev/mail/[0-9a-f-]+' | head -n 1) && break
    sleep 0.5
  done
  token=$(curl --silent --fail "$base$letter" | grep -oE '/verify\?token=[0-9a-f.]+' | head -n 1 | cut -d= -f2)
  send account/verify "token=$token" > "$scratch/status"
  become_visitor "$(grep -i '^set-cookie' "$scratch/headers" | grep -oE 'visitor=[0-9a-f]+' | cut -d= -f2)"
  curl --silent --fail --output "$scratch/page" --header "Cookie: visitor=$visitor" "$base/account"
}
