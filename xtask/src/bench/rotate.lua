-- One request per token of a file, in turn, written before the load begins.
local requests, turn = {}, 0

function init(arguments)
    for token in io.lines(arguments[1]) do
        wrk.headers["Authorization"] = "Bearer " .. token
        requests[#requests + 1] = wrk.format()
    end
end

function request()
    turn = turn % #requests + 1
    return requests[turn]
end
