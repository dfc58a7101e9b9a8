-- Asks for one of the leaflets, another each time; LEAFLETS says how many there are.
local leaflets = tonumber(os.getenv("LEAFLETS"))
request = function()
  return wrk.format("GET", "/part-" .. math.random(0, leaflets - 1) .. "/")
end
